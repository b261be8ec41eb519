import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseEnv } from '../../config/env.schema.js';
import { KnowledgeService } from './knowledge.service.js';
import { readSource } from './read-sources.js';

const never = new AbortController().signal;
const servers: Server[] = [];
let outside: string;
let folder: string;

beforeEach(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), 'outside-')));
  folder = await realpath(await mkdtemp(join(tmpdir(), 'handbook-')));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  for (const one of [outside, folder]) await rm(one, { recursive: true, force: true });
});

async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/terms.md`;
}

describe('a folder of documents', () => {
  it('gives its .md and .txt files, also those of folders in it, by its own name', async () => {
    await mkdir(join(folder, 'more'));
    for (const name of ['a.md', 'more/b.TXT', 'c.html', '.hidden.md', 'd.md.bak'])
      await writeFile(join(folder, name), `# ${name}`);
    const name = basename(folder);
    expect(await readSource(folder, never)).toEqual([
      { path: `${name}/a.md`, markdown: '# a.md' },
      { path: `${name}/more/b.TXT`, markdown: '# more/b.TXT' },
    ]);
  });

  it('does not lead out: no link to a file or folder is followed', async () => {
    await writeFile(join(outside, 'secret.md'), 'canary');
    await symlink(join(outside, 'secret.md'), join(folder, 'link.md'));
    await symlink(outside, join(folder, 'linked'));
    await writeFile(join(folder, 'own.md'), 'own');
    expect((await readSource(folder, never)).map(({ markdown }) => markdown)).toEqual(['own']);
  });

  it('leaves out what is too large, and is read through a link that the operator named', async () => {
    await writeFile(join(folder, 'large.md'), 'x'.repeat(600 * 1024));
    await writeFile(join(folder, 'small.md'), 'small');
    await symlink(folder, join(outside, 'handbook'));
    const files = await readSource(join(outside, 'handbook'), never);
    expect(files.map(({ markdown }) => markdown)).toEqual(['small']);
  });

  it('that is not there is an error', async () => {
    await expect(readSource(join(folder, 'none'), never)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a document at an address', () => {
  it('is read as text', async () => {
    const url = await served((_, response) =>
      response.writeHead(200, { 'content-type': 'text/markdown' }).end('# Terms'),
    );
    expect(await readSource(`${url}?v=1`, never)).toEqual([{ path: url, markdown: '# Terms' }]);
  });

  it.each<[string, RequestListener]>([
    [
      'leads elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/x.md' }).end(),
    ],
    ['is a page', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')],
    ['has no end', (_, response) => response.end('x'.repeat(2 * 1024 * 1024))],
    ['is not there', (_, response) => response.writeHead(404).end()],
    ['hangs up', (request) => request.socket.destroy()],
  ])('is not read where it %s', async (_name, answer) => {
    await expect(readSource(await served(answer), never)).rejects.toThrow();
  });
});

describe('KNOWLEDGE_SOURCES', () => {
  it.each(['/srv/handbook', 'docs,https://example.com/a.md', 'http://localhost:8080/a.txt', '["./x"]'])(
    'takes %s',
    (value) => expect(parseEnv({ KNOWLEDGE_SOURCES: value }).KNOWLEDGE_SOURCES).toBeDefined(),
  );

  it.each([
    'http://example.com/a.md',
    'https://example.com/a.html',
    'https://example.com/',
    'https://user:pass@example.com/a.md',
    'ftp://example.com/a.md',
    'file:///etc/passwd',
    'http://169.254.169.254/latest/meta-data.txt',
    'http://localhost.example.com/a.md',
    Array.from({ length: 21 }, (_, index) => `f${index}`).join(','),
  ])('refuses %s', (value) => {
    expect(() => parseEnv({ KNOWLEDGE_SOURCES: value })).toThrow('KNOWLEDGE_SOURCES');
  });
});

describe('KnowledgeService', () => {
  const shipped = [{ path: 'docs/guide.md', markdown: '# Guide\n## Backups\nBackups run at night.' }];
  const terms = (text: string) => [
    { path: 'https://example.com/terms.md', markdown: `# Terms\n## Refunds\n${text}` },
  ];

  it('finds what ships, and what the operator listed once it was read', async () => {
    let text = 'Refunds take fourteen days.';
    const service = new KnowledgeService(shipped, ['s'], () => Promise.resolve(terms(text)));
    expect(service.find('refunds', 3)).toEqual([]);
    await service.refresh();
    expect(service.find('refunds', 3)).toMatchObject([
      { locator: 'https://example.com/terms.md#refunds', quote: 'Refunds take fourteen days.' },
    ]);
    expect(service.find('backups', 3)).toHaveLength(1);
    text = 'Refunds take a week.';
    await service.refresh();
    expect(service.find('refunds', 3)[0]?.quote).toBe('Refunds take a week.');
  });

  it('keeps what a source gave before where it fails, and what the others give', async () => {
    let fails = false;
    const read = (source: string) =>
      source === 'bad' || fails
        ? Promise.reject(new Error('down'))
        : Promise.resolve(terms('Refunds, always.'));
    const service = new KnowledgeService(shipped, ['bad', 'good'], read);
    await service.refresh();
    fails = true;
    await service.refresh();
    expect(service.find('refunds', 3)).toHaveLength(1);
  });

  it('leaves out what would be too much to search', async () => {
    const files = [...terms('word '.repeat(500_000)), ...terms('Refunds, always.')];
    const service = new KnowledgeService(shipped, ['s'], () => Promise.resolve(files));
    await service.refresh();
    expect(service.find('refunds', 3).map(({ quote }) => quote)).toEqual(['Refunds, always.']);
  });
});

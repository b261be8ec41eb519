import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module.js';
import { AnswerEvent } from '../../src/chat/events.contract.js';
import { ClientFrame } from '../../src/chat/raw/raw.contract.js';
import { CLIENT_EVENTS, SERVER_EVENTS } from '../../src/chat/sockets/socket.contract.js';
import { buildOpenApi } from '../../src/common/docs/open-api.js';
import { EnvSchema, parseEnv } from '../../src/config/env.schema.js';
import { TABLE_NAMES } from '../../src/database/migrations/foundation/tables.js';
import { FanOutMetrics } from '../../src/monitoring/metrics/fan-out-metrics.js';
import { Metrics } from '../../src/monitoring/metrics/metrics.js';
import { MemoryFanOut } from '../../src/redis/memory-fan-out.js';
import { sqlAdmin, tailAdmin } from '../browser/readme-snippets.js';
import { SQL_ADMIN, TAIL_ADMIN } from '../support/dashboard-snippets.js';
import {
  anchorsOf,
  codeBlocks,
  codeSpans,
  linksOf,
  type Page,
  readPage,
  readPages,
  ROOT,
  sectionOf,
  tableRows,
} from '../support/markdown.js';

const API = 'http://localhost:3003';
const readme = readPage('README.md');
const pages = readPages();
const written = ['README.md', 'docs/api.md', 'docs/architecture.md', 'docs/faq.md', 'docs/operations.md'].map(
  readPage,
);
const scripts = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object })
  .scripts as Readonly<Record<string, string>>;

/** Files below a folder of the package, with forward slashes. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** Names of a kind that pages use and nothing defines, each with its page. */
function unknown(found: (page: Page) => string[], known: ReadonlySet<string>): string[] {
  return written.flatMap((page) =>
    found(page)
      .filter((name) => !known.has(name))
      .map((name) => `${page.path}: ${name}`),
  );
}

describe('README and docs', () => {
  it.each(pages)('$path links only to what is there', ({ path, text }) => {
    const broken = linksOf(text).filter((link) => {
      if (/^https?:/.test(link)) return !link.startsWith('http://localhost:');
      const [file, anchor] = link.split('#');
      const target = file ? resolve(ROOT, dirname(path), file) : join(ROOT, path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('show pictures that are small', () => {
    const pictures = pages.flatMap(({ path, text }) =>
      linksOf(text)
        .filter((link) => link.endsWith('.png'))
        .map((link) => resolve(ROOT, dirname(path), link)),
    );
    expect(pictures.length).toBeGreaterThan(1);
    for (const picture of pictures) expect(statSync(picture).size).toBeLessThan(200_000);
  });

  it('name npm commands that exist', () => {
    const commands = pages.flatMap(({ text }) => [
      ...[...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => String(name)),
      ...[...text.matchAll(/\bnpm (start|test)\b/g)].map(([, name]) => String(name)),
    ]);
    expect(new Set(commands).size).toBeGreaterThan(5);
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
    const programs = commands.map((name) => /^node (\S+)/.exec(scripts[name] ?? '')?.[1] ?? 'package.json');
    expect(programs.filter((program) => !existsSync(join(ROOT, program)))).toEqual([]);
  });

  it('name environment variables and error codes that exist', () => {
    const codes = filesBelow('src')
      .filter((file) => file.endsWith('.errors.ts'))
      .flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^ {2}([A-Z_]+): \{/gm)])
      .map(([, code]) => String(code));
    const known = new Set([...Object.keys(EnvSchema.shape), ...codes]);
    const names = ({ text }: Page): string[] => [
      ...codeSpans(text).flatMap((span) => /^([A-Z][A-Z\d]*_[A-Z\d_]+)(?:=|$)/.exec(span)?.[1] ?? []),
      ...[...text.matchAll(/(?<![\w$])([A-Z][A-Z\d_]+)=/g)]
        .map(([, name]) => String(name))
        .filter((name) => name !== 'TOKEN'),
    ];
    expect(written.flatMap(names).length).toBeGreaterThan(60);
    expect(unknown(names, known)).toEqual([]);
  });

  it('name files and folders that exist', () => {
    const names = ({ text }: Page): string[] =>
      codeSpans(text).filter((span) =>
        /^(?:src|test|scripts|docs|widget|helm|bench)(?:\/[\w./-]+)?$/.test(span),
      );
    const known = new Set(written.flatMap(names).filter((name) => existsSync(join(ROOT, name))));
    expect(known.size).toBeGreaterThan(40);
    expect(unknown(names, known)).toEqual([]);
  });
});

describe('the README', () => {
  it('prints the two dashboard snippets as dashboards have them in use', () => {
    const [tail] = codeBlocks(sectionOf(readme, 'TailAdmin Dashboard (localhost:3001)'));
    const [sql] = codeBlocks(sectionOf(readme, 'SQLAdmin Dashboard (localhost:5000)'));
    expect(tail).toEqual({ language: 'javascript', code: TAIL_ADMIN });
    expect(sql).toEqual({ language: 'html', code: SQL_ADMIN });
  });

  it('prints the snippets that the browser tests run', () => {
    const lines = (text: string): string[] => text.split('\n').map((line) => line.trim());
    const effect = lines(tailAdmin(API)).filter(
      (line) => line !== '' && !/window\.ran|function effect/.test(line),
    );
    expect(lines(TAIL_ADMIN).join('\n')).toContain(effect.slice(0, -1).join('\n'));
    expect(lines(SQL_ADMIN)).toEqual([...lines(sqlAdmin(API)).slice(1), '']);
  });

  it('lists every endpoint and no other', async () => {
    const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(parseEnv({})), {
      preview: true,
      logger: false,
      abortOnError: false,
    });
    const documented = Object.entries(buildOpenApi(app, '0').paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const besides = [
      'WS /chat/ws/{session_id}',
      'WS /chat/socket.io',
      'GET /chat/docs',
      'GET /chat/docs-json',
      'GET /chat/asyncapi.json',
    ];
    const listed = tableRows(sectionOf(readme, 'Endpoints'))
      .filter((row) => row.length === 3)
      .map(([path, method]) => `${method} ${path?.replaceAll('`', '')}`);
    expect(listed.sort()).toEqual([...documented, ...besides].sort());
  });

  it('prints the WebSocket frames in forms that are taken', () => {
    const [block] = codeBlocks(sectionOf(readme, 'WebSocket message types'));
    const frames = (block?.code ?? '').split(/^\/\/.*$/m).filter((text) => text.trim());
    expect(frames).toHaveLength(3);
    for (const frame of frames) ClientFrame.parse(JSON.parse(frame));
  });

  it('has every folder of src in its module map, and none that is not there', () => {
    const folders = readdirSync(join(ROOT, 'src'))
      .map((name) => `src/${name}`)
      .filter((name) => statSync(join(ROOT, name)).isDirectory() && filesBelow(name).length > 0);
    const named = tableRows(sectionOf(readme, 'How it is built')).map(([cell]) => cell!.replaceAll('`', ''));
    expect(named.filter((name) => name.startsWith('src/')).sort()).toEqual(folders.sort());
    expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });
});

describe('the other pages', () => {
  const named = (path: string, heading: string): string[] =>
    tableRows(sectionOf(readPage(path), heading)).map(([cell]) => cell!.replaceAll('`', ''));

  it('list the answer events and the events of socket.io, all of them and no other', () => {
    const events = AnswerEvent.options.map((option) => option.shape.event.value);
    expect(named('docs/api.md', 'Answer events').sort()).toEqual(events.sort());
    expect(named('docs/api.md', 'socket.io').sort()).toEqual(
      [...Object.keys(CLIENT_EVENTS), ...Object.keys(SERVER_EVENTS)].sort(),
    );
  });

  it('list the metrics, all of them and no other', async () => {
    const all = new Metrics();
    expect(new FanOutMetrics(all, new MemoryFanOut())).toBeDefined();
    const metrics = await all.registry.getMetricsAsJSON();
    const own = metrics.map(({ name }) => name).filter((name) => !/^(process|nodejs)_/.test(name));
    expect(named('docs/operations.md', 'Metrics for Prometheus').sort()).toEqual(own.sort());
  });

  it('name every table of the database', () => {
    const text = sectionOf(readPage('docs/architecture.md'), 'Data model');
    expect(TABLE_NAMES.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

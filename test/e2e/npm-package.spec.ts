import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { TcpProxy } from '../chaos/net/tcp-proxy.js';
import { type RunningApp, startApp } from '../support/app.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';

const ROOT = resolve(__dirname, '../..');
const ANSWER = Array.from({ length: 60 }, (_, index) => `w${index}`).join(' ');

/** Asks before it is connected, prints the answer as it grows, and last what the conversation holds. */
const PROGRAM = `
import { createChat, entriesOf } from 'bizosaas-chat/client';
const [apiUrl, authToken] = process.argv.slice(2);
const chat = createChat({ apiUrl, authToken });
const answered = new Promise((done) => chat.events.on('answer', done));
const entries = () => entriesOf(chat.store.state).map(({ kind, text }) => ({ kind, text }));
const ends = chat.store.subscribe(() => console.log(JSON.stringify(entries().at(-1)?.text ?? '')));
chat.send('Asked too early');
setTimeout(() => chat.start(), 300);
const answer = await answered;
ends();
console.log(JSON.stringify({ content: answer.content, entries: entries() }));
chat.destroy();
`;

const CONSUMER = `
import { createElement } from 'react';
import { loadChat, type Chat, type ChatOptions } from 'bizosaas-chat';
import { BizOSaaSChat } from 'bizosaas-chat/react';
import { createChat, entriesOf, type ChatState } from 'bizosaas-chat/client';
const options: ChatOptions = { theme: 'dark', position: 'bottom-left', locale: 'de' };
export const load = async (): Promise<Chat> => new (await loadChat('https://x'))(options);
export const element = createElement(BizOSaaSChat, { apiUrl: 'https://x', authToken: 't', onAnswer: (data) => void data });
const chat = createChat({ apiUrl: 'https://x', getToken: async () => 't' });
const state: ChatState = chat.store.state;
export const texts: string[] = entriesOf(state).map((entry) => entry.text);
// @ts-expect-error there is no such position
export const wrong: ChatOptions = { position: 'middle' };
// @ts-expect-error the service's address is needed
export const missing = createElement(BizOSaaSChat, { authToken: 't' });
`;

describe('the npm package', () => {
  let model: ScriptedServer;
  let app: RunningApp;
  let folder: string;

  beforeAll(async () => {
    model = await startModelServer({ reply: () => ANSWER });
    app = await startApp({ OPENAI_BASE_URL: model.url, JWT_SECRET: TEST_SECRET });
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, '@types'), { recursive: true });
    await symlink(join(ROOT, 'dist', 'package'), join(modules, 'bizosaas-chat'));
    for (const name of ['react', '@types/react', 'csstype'])
      await symlink(join(ROOT, 'node_modules', name), join(modules, name));
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    await writeFile(join(folder, 'program.mjs'), PROGRAM);
  });
  afterAll(async () => {
    await app?.close();
    await model?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** In: where the program asks, and what is told of each growth of the answer. Out: what it ended with. */
  async function program(apiUrl: string, grown: (text: string) => void = () => undefined) {
    const token = signToken({ sub: `ann-${Math.random()}`, tenant_id: 'acme', role: 'user' });
    const child = spawn(process.execPath, ['program.mjs', apiUrl, token], {
      cwd: folder,
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let last: unknown;
    for await (const line of createInterface({ input: child.stdout })) {
      last = JSON.parse(line);
      if (typeof last === 'string') grown(last);
    }
    return last;
  }

  const conversation = {
    content: ANSWER,
    entries: [
      { kind: 'question', text: 'Asked too early' },
      { kind: 'answer', text: ANSWER },
    ],
  };

  it('lets a Node program ask and be answered, and keeps what was asked before it was connected', async () => {
    expect(await program(app.url)).toEqual(conversation);
  });

  it('goes on where the connection was cut in the middle of an answer, and asks only once', async () => {
    model.setBehaviour({ delayMs: 30 });
    const asked = model.requests.length;
    const proxy = await TcpProxy.start(() => Number(new URL(app.url).port));
    let cutAt = '';
    try {
      const end = await program(`http://127.0.0.1:${proxy.port}`, (text) => {
        if (cutAt || !text.startsWith('w0 w1 w2 w3')) return;
        cutAt = text;
        proxy.cut();
      });
      expect(end).toEqual(conversation);
      expect(cutAt.length).toBeLessThan(ANSWER.length);
      expect(model.requests.length - asked).toBe(1);
    } finally {
      await proxy.close();
      model.setBehaviour({});
    }
  });

  it('has types that hold in a strict program', async () => {
    await writeFile(join(folder, 'consumer.ts'), CONSUMER);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023', 'dom'],
      types: [],
      skipLibCheck: true,
      preserveSymlinks: true,
    };
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['consumer.ts'] }),
    );
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
      (failed: { stdout: string }) => failed,
    );
    expect(stdout).toBe('');
  });
});

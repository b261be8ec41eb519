import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { type RunningApp, startApp } from '../support/app.js';
import { eventually } from '../support/client.js';
import { codeBlocks, readPage, ROOT, sectionOf } from '../support/markdown.js';

const run = promisify(execFile);
const readme = readPage('README.md');
const exampleOf = (heading: string): string => codeBlocks(sectionOf(readme, heading))[0]?.code ?? '';

/** The examples of the README as they are printed, against a service without any configuration. */
describe('the examples of the README', () => {
  let app: RunningApp;
  let folder: string;
  let token: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'readme-'));
    const curl = `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'test/support/curl.mjs')}" "$@"\n`;
    writeFileSync(join(folder, 'curl'), curl, { mode: 0o755 });
    app = await startApp({ DATA_DIR: folder });
    token = (await shell('printf %s "$TOKEN"')).trim();
  });
  afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const here = (code: string): string => code.replaceAll('localhost:3003', new URL(app.url).host);

  /** What a person sees who gets a demo token as the README says and then pastes `code`. */
  async function shell(code: string): Promise<string> {
    const PATH = [folder, process.env['PATH']].join(delimiter);
    const lines = here(`${exampleOf('Get a demo token')}\n${code}`);
    return (await run('sh', ['-euc', lines], { env: { ...process.env, PATH } })).stdout;
  }

  /** Runs a script of the README in a world that holds just what it needs. Out: what it printed. */
  function script(code: string, world: object): string[] {
    const printed: string[] = [];
    const line = (...words: unknown[]): void => void printed.push(words.join(' '));
    const process = { stdout: { write: line } };
    const body = here(code)
      .replace(/^import .*$/m, '')
      .replace('jwt-token', token);
    const context = { ...world, console: { log: line }, process, crypto, token };
    void runInNewContext(`(async () => {${body}})()`, context);
    return printed;
  }

  it('give a demo token', () => {
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('send a message by REST', async () => {
    const answer = JSON.parse(await shell(exampleOf('Send a message by REST')));
    expect(answer).toMatchObject({
      session_id: 'optional-session-id',
      user_message: { content: 'How can I optimize my campaign performance?' },
      ai_response: { type: 'assistant', metadata: { assistant_name: 'MarketBot', engine: 'local' } },
      context_updated: true,
    });
    const named = sectionOf(readme, 'Send a message by REST').match(/The answer holds .*/)?.[0] ?? '';
    expect([...named.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(Object.keys(answer));
  });

  it('stream an answer by server-sent events', async () => {
    const stream = await shell(exampleOf('Stream an answer by server-sent events'));
    const events = [...stream.matchAll(/^event: (.+)$/gm)].map(([, name]) => name);
    expect(events[0]).toBe('run.started');
    expect(events).toContain('text.delta');
    expect(events.at(-1)).toBe('run.completed');
  });

  it('use a raw WebSocket', async () => {
    const open: WebSocket[] = [];
    class Kept extends WebSocket {
      constructor(address: string) {
        super(address);
        open.push(this);
      }
    }
    const printed = script(exampleOf('Use a raw WebSocket'), { WebSocket: Kept });
    expect(await eventually(() => printed[0])).toMatch(/^AI Response: \S/);
    for (const socket of open) socket.close();
  });

  it('use socket.io', async () => {
    const open: ReturnType<typeof io>[] = [];
    const kept = (...given: Parameters<typeof io>): ReturnType<typeof io> => {
      const socket = io(...given);
      open.push(socket);
      return socket;
    };
    const printed = script(exampleOf('Use socket.io'), { io: kept });
    const whole = await eventually(() => printed.find((line) => line.includes('Whole answer:')));
    expect(whole).toContain("I'm **MarketBot**");
    await eventually(() => printed.find((line) => line === 'Kept as message 3 of session-id'));
    for (const socket of open) socket.disconnect();
  });
});

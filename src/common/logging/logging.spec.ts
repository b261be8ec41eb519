import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { createLogger } from './logger.js';
import { httpLogging } from './http-logging.js';
import { PinoNestLogger } from './nest-logger.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ';
const SECRET = 'canary-7f3a9c';
const servers: Server[] = [];

function collected(format: 'json' | 'text' = 'json', level: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  return { lines, logger: createLogger({ level, format }, { write: (line) => void lines.push(line) }) };
}

async function serve(app: Express): Promise<string> {
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !condition(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

afterEach(() => servers.splice(0).forEach((server) => server.close()));

describe.each(['json', 'text'] as const)('the log as %s', (format) => {
  it.each([
    ['a header', { headers: { authorization: `Bearer ${SECRET}`, cookie: `sid=${SECRET}` } }, 'x'],
    [
      'a named field',
      { access_token: SECRET, client: { apiKey: SECRET, password: SECRET, ticket: SECRET } },
      'x',
    ],
    ['a token in a message', {}, `refused ${JWT}`],
    ['a token in a field of another name', { note: `got ${JWT}` }, 'x'],
    ['an address', { url: `ws://host/chat/ws/s?token=${SECRET}&x=1` }, `GET /chat/ws/s?ticket=${SECRET}`],
    ['a bearer header in a message', {}, `sent Bearer ${SECRET}`],
    [
      'credentials in an address',
      { from: `redis://user:${SECRET}@host:6379/0` },
      `postgresql://u:${SECRET}@h/db`,
    ],
    ['a provider key', {}, `Incorrect API key provided: sk-${SECRET}-abcdefgh`],
    ['message text', { message: { content: SECRET }, content: SECRET, prompt: SECRET }, 'x'],
    [
      'an error of the database',
      { err: Object.assign(new Error('failed'), { query: SECRET, parameters: [SECRET] }) },
      'x',
    ],
    [
      'the cause of an error',
      { err: new Error('a', { cause: Object.assign(new Error('b'), { body: SECRET }) }) },
      'x',
    ],
  ])('keeps quiet about %s', (_name, fields, message) => {
    const { lines, logger } = collected(format);
    logger.info(fields, message);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain(SECRET);
    expect(lines[0]).not.toContain(JWT);
  });

  it('writes one line whatever a message holds', () => {
    const { lines, logger } = collected(format);
    logger.info(
      { path: 'a\r\n{"level":30}\u001b[2J\u009b2J\u2028' },
      'first\nsecond\u001b[31m\u0085third\u2028',
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    expect(lines[0]?.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  });

  it('keeps figures and names', () => {
    const { lines, logger } = collected(format);
    logger.info({ tokens_used: 42, first_token: 130, agent_name: 'campaign_optimizer' }, 'done');
    expect(lines[0]).toContain('42');
    expect(lines[0]).toContain('130');
    expect(lines[0]).toContain('campaign_optimizer');
    expect(lines[0]).toContain('done');
  });
});

describe('an error in the log', () => {
  it('keeps type, message, code, frames and cause', () => {
    const { lines, logger } = collected();
    logger.error(
      { err: Object.assign(new TypeError('broken', { cause: new Error('deeper') }), { code: 'E1' }) },
      'x',
    );
    const { err } = JSON.parse(lines[0] ?? '') as { err: Record<string, unknown> };
    expect(err).toMatchObject({
      type: 'TypeError',
      message: 'broken',
      code: 'E1',
      cause: { message: 'deeper' },
    });
    expect(err['stack']).toContain('logging.spec');
  });

  it('shows its frames to a person', () => {
    const { lines, logger } = collected('text');
    logger.error({ err: new Error('broken') }, 'it failed');
    expect(lines[0]).toMatch(/^\d{4}-.*Z ERROR it failed .*broken.*\n {4}at /);
  });
});

describe("the framework's logger", () => {
  it('keeps fields, context and stack apart', () => {
    const { lines, logger } = collected();
    const nest = new PinoNestLogger(logger);
    nest.warn({ code: 'ECONNREFUSED' }, 'Redis does not answer', 'Redis');
    nest.error('it broke', 'Error: x\n    at somewhere', 'Scheduler');
    nest.error(new Error('whole'), 'Scheduler');
    nest.log('started', 'NestApplication');
    const [warned, broken, whole, started] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(warned).toMatchObject({
      level: 40,
      code: 'ECONNREFUSED',
      msg: 'Redis does not answer',
      context: 'Redis',
    });
    expect(broken).toMatchObject({
      level: 50,
      msg: 'it broke',
      err: { stack: expect.stringContaining('somewhere') },
    });
    expect(whole).toMatchObject({ err: { message: 'whole' }, context: 'Scheduler' });
    expect(started).toMatchObject({ level: 30, msg: 'started' });
  });

  it('does not repeat every route at info', () => {
    const { lines, logger } = collected();
    new PinoNestLogger(logger).log('Mapped {/chat, GET} route', 'RouterExplorer');
    expect(lines).toEqual([]);
  });
});

describe('the line of a request', () => {
  async function ask(path: string, headers: Record<string, string> = {}) {
    const { lines, logger } = collected();
    const app = express();
    app.use(httpLogging(logger));
    app.get('/chat/history/:id', (_request, response) => void response.json({ ok: true }));
    app.get('/broken', (_request, response) => void response.status(500).end());
    const answer = await fetch(`${await serve(app)}${path}`, { headers });
    await until(() => lines.length > 0);
    return { answer, lines, line: JSON.parse(lines[0] ?? '{}') as Record<string, unknown> };
  }

  it('names method, route, status and time, and nothing of the query', async () => {
    const { line, lines } = await ask(`/chat/history/abc?token=${SECRET}&q=${SECRET}`, {
      authorization: `Bearer ${SECRET}`,
    });
    expect(line).toMatchObject({ method: 'GET', route: '/chat/history/:id', status: 200, msg: 'request' });
    expect(typeof line['ms']).toBe('number');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain(SECRET);
    expect(lines[0]).not.toContain('abc');
  });

  it('echoes a harmless request id and replaces any other', async () => {
    const kept = await ask('/chat/history/a', { 'X-Request-ID': 'dash-1.2_x' });
    expect(kept.answer.headers.get('x-request-id')).toBe('dash-1.2_x');
    expect(kept.line['request_id']).toBe('dash-1.2_x');
    const replaced = await ask('/chat/history/a', { 'X-Request-ID': 'a b;{}' });
    expect(replaced.answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(replaced.line['request_id']).toBe(replaced.answer.headers.get('x-request-id'));
  });

  it('shortens the path of what no route serves', async () => {
    const { line } = await ask(`/nothing/${'x'.repeat(500)}?token=${SECRET}`);
    expect(line).toMatchObject({ route: 'unmatched', status: 404 });
    expect(String(line['path']).length).toBe(200);
  });

  it('is an error for a failed request', async () => {
    expect((await ask('/broken')).line).toMatchObject({ level: 50, status: 500 });
  });
});

import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually, type RawClient, type SocketClient } from '../support/client.js';

const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const PATHS = ['/chat/socket.io/?EIO=4&transport=websocket', '/chat/ws/s'];

/** What a request, written as it is, gets back until the server closes or `enough` was said. */
function exchange(app: RunningApp, request: string, enough = /$^/): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (enough.test(text)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
    socket.write(request);
  });
}

describe('connections', () => {
  let app: RunningApp;
  const open: (SocketClient | RawClient | WebSocket)[] = [];
  const kept = <T extends SocketClient | RawClient | WebSocket>(one: T): T => {
    open.push(one);
    return one;
  };

  beforeAll(async () => {
    app = await startApp({
      ...AUTH_ENV,
      MAX_CONNECTIONS_PER_USER: '3',
      MAX_CONNECTIONS_PER_ADDRESS: '6',
      RATE_LIMIT_PER_MINUTE: '30',
    });
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.close();
    const idle = async (): Promise<boolean> =>
      (await new Client(app.url).get('/health')).body.websocket_connections === 0;
    await eventually(idle);
  });
  afterAll(() => app.close());

  /** Opens an upgrade from an address, as a trusted proxy reports it. Out: the status, and the open socket at 101. */
  const upgrade = (
    address: string,
    path = `/chat/ws/s?token=${new Client(app.url).token}`,
  ): Promise<number> =>
    new Promise((resolve) => {
      const socket = kept(
        new WebSocket(`${app.url.replace('http', 'ws')}${path}`, { headers: { 'X-Forwarded-For': address } }),
      );
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => undefined);
    });

  it.each(PATHS)('A14 compress nothing on %s, whatever a client offers', async (path) => {
    const { token } = new Client(app.url);
    const answer = await exchange(
      app,
      `GET ${path}${path.includes('?') ? '&' : '?'}token=${token} HTTP/1.1\r\nHost: x\r\n${UPGRADE}Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n`,
      /\r\n\r\n/,
    );
    expect(answer).toMatch(/^HTTP\/1.1 101 /);
    expect(answer).not.toMatch(/sec-websocket-extensions/i);
  });

  it('A16 a user holds so many sockets over both transports, and a closed one makes room', async () => {
    const ann = new Client(app.url);
    const first = kept(await ann.socket());
    kept(await ann.socket());
    const raw = kept(await ann.raw('s'));
    await raw.frame(({ type }) => type === 'system');
    await expect(ann.socket()).rejects.toMatchObject({
      data: { status: 429, code: 'RATE_LIMITED', retry_after: expect.any(Number) },
    });
    const fourth = kept(await ann.raw('s'));
    expect(await eventually(() => fourth.closed)).toMatchObject({ code: 1013 });
    expect(fourth.frames).toEqual([]);
    await kept(await new Client(app.url).raw('s')).frame(({ type }) => type === 'system');
    first.close();
    await eventually(async () => {
      const again = await ann.socket().catch(() => undefined);
      return again && kept(again);
    });
  });

  it('A16, A63 an address (IPv6: a /64) holds so many, counted before any token is read', async () => {
    const host = (index: number): string => `2001:db8::${index + 1}`;
    const statuses: number[] = [];
    for (let index = 0; index < 7; index += 1) statuses.push(await upgrade(host(index)));
    expect(statuses).toEqual([101, 101, 101, 101, 101, 101, 429]);
    expect(await upgrade('2001:db8::1', PATHS[0])).toBe(429);
    expect(await upgrade('2001:db8:0:1::1')).toBe(101);
    const answer = await exchange(
      app,
      `GET ${PATHS[1]} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 2001:db8::9\r\n${UPGRADE}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 429 .*\r\n(.*\r\n)*Retry-After: \d+\r\n/);
  });

  it.each(PATHS)('A12 a foreign Origin gets 403 before its token is looked at (%s)', async (path) => {
    const origins = [
      'https://evil.example',
      'null',
      'http://localhost:3001.evil.example',
      'HTTP://LOCALHOST:3001',
      'http://localhost:3001/',
    ];
    for (const origin of origins) {
      const answer = await exchange(
        app,
        `GET ${path} HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\n${UPGRADE}\r\n`,
      );
      expect([origin, answer.split('\r\n')[0]]).toEqual([origin, 'HTTP/1.1 403 Forbidden']);
    }
  });

  it('A12, A16 a socket takes no second connection, by which it would leave its place', async () => {
    const { token } = new Client(app.url);
    const address = `${app.url.replace('http', 'ws')}${PATHS[0]}`;
    const first = kept(new WebSocket(address));
    const packets: string[] = [];
    first.on('message', (data) => packets.push(String(data)));
    const opened = await eventually(() => packets.find((packet) => packet.startsWith('0{')));
    first.send(`40${JSON.stringify({ token })}`);
    await eventually(() => packets.find((packet) => packet.startsWith('40{')));
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
    expect(await upgrade('192.0.2.7', `${PATHS[0]}&sid=${sid}`)).toBe(400);
    expect(first.readyState).toBe(WebSocket.OPEN);
    expect((await new Client(app.url).get('/health')).body.websocket_connections).toBe(1);
  });

  it('A16 a user sends so many events over both transports, and is cut off if that is not heeded', async () => {
    const ann = new Client(app.url);
    const [socket, raw] = [kept(await ann.socket()), kept(await ann.raw('s'))];
    await raw.frame(({ type }) => type === 'system');
    const flood = (): Promise<unknown[]> =>
      Promise.all(
        Array.from({ length: 30 }, () => socket.ask('typing', { session_id: 's', is_typing: true })),
      );
    for (let sent = 0; sent < 600; sent += 30) await flood();
    expect(await socket.ask('typing', { session_id: 's', is_typing: true })).toMatchObject({
      ok: false,
      error: { code: 'RATE_LIMITED', status: 429 },
    });
    raw.send({ type: 'ping' });
    expect((await raw.frame(({ type }) => type === 'error')).metadata.code).toBe('RATE_LIMITED');
    for (let sent = 0; sent < 700 && raw.socket.readyState === WebSocket.OPEN; sent += 1)
      raw.send({ type: 'ping' });
    expect(await eventually(() => raw.closed)).toMatchObject({ code: 1008 });
  }, 60_000);
});

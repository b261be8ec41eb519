import { connect, type Socket } from 'node:net';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';

const UPGRADE = [
  ...['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];
const PATHS = ['/chat/ws/s?', '/chat/socket.io/?EIO=4&transport=websocket&'];

const FIN = 0x80;
const TEXT = 0x1;
const CONTINUATION = 0x0;

/** A frame (RFC 6455, 5.2) with a payload of up to 125 bytes, masked by zeros as a client's must be. */
function frame(head: number, payload = Buffer.alloc(0), masked = true): Buffer {
  const mask = masked ? Buffer.alloc(4) : Buffer.alloc(0);
  return Buffer.concat([Buffer.from([head, (masked ? 0x80 : 0) | payload.length]), mask, payload]);
}

/** The head of a frame that announces so many bytes. */
function announcing(bytes: number): Buffer {
  const head = Buffer.alloc(14);
  head.writeUInt8(FIN | TEXT, 0);
  head.writeUInt8(0x80 | 127, 1);
  head.writeBigUInt64BE(BigInt(bytes), 2);
  return head;
}

const byte = Buffer.from('a');
const BROKEN: readonly (readonly [string, number, () => Buffer])[] = [
  ['a frame that announces 10 MB', 1009, () => announcing(10_000_000)],
  ['a frame that announces more than can be', 1009, () => announcing(2 ** 60)],
  ['a frame without a mask', 1002, () => frame(FIN | TEXT, byte, false)],
  ['a reserved bit', 1002, () => frame(FIN | 0x40 | TEXT, byte)],
  ['an opcode that there is not', 1002, () => frame(FIN | 0x3, byte)],
  ['a control frame in pieces', 1002, () => frame(0x9, byte)],
  ['a piece of nothing', 1002, () => frame(FIN | CONTINUATION, byte)],
  ['a text that is not UTF-8', 1007, () => frame(FIN | TEXT, Buffer.from([0xff, 0xfe]))],
  [
    '20,000 pieces of a byte, never finished',
    1008,
    () => Buffer.concat([frame(TEXT, byte), ...Array<Buffer>(20_000).fill(frame(CONTINUATION, byte))]),
  ],
];

describe('broken frames (A13)', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp(AUTH_ENV);
  });
  afterAll(() => app.close());

  /** Opens a WebSocket by hand. Out: the socket, after the answer to the upgrade, and what came with it. */
  const open = (path: string, more: readonly string[] = []): Promise<{ socket: Socket; status: number }> =>
    new Promise((resolve, reject) => {
      const { port, hostname } = new URL(app.url);
      const socket = connect(Number(port), hostname);
      const address = `${path}token=${new Client(app.url).token}`;
      socket.on('error', reject);
      socket.once('data', (data) => {
        socket.removeListener('error', reject);
        socket.on('error', () => undefined);
        resolve({ socket, status: Number(data.toString().split(' ')[1]) });
      });
      socket.write([`GET ${address} HTTP/1.1`, ...UPGRADE, ...more, '', ''].join('\r\n'));
    });

  /** The code of the close frame that comes; undefined where the connection ends without one. */
  const closeCode = (socket: Socket): Promise<number | undefined> =>
    new Promise((resolve) => {
      let code: number | undefined;
      socket.on('data', (data) => {
        const at = data.lastIndexOf(0x88);
        if (at >= 0 && data.length >= at + 4) code = data.readUInt16BE(at + 2);
      });
      socket.on('close', () => resolve(code));
    });

  it.each(PATHS.flatMap((path) => BROKEN.map(([what, code, made]) => [path, what, code, made] as const)))(
    'on %s: %s closes with %i, and others do not feel it',
    async (path, _, code, made) => {
      const bystander = await new Client(app.url).socket();
      const { socket, status } = await open(path);
      expect(status).toBe(101);
      const closed = closeCode(socket);
      socket.write(made());
      expect(await closed).toBe(code);
      expect(await bystander.ask('session:join', { session_id: 's' })).toEqual({ ok: true });
      bystander.close();
    },
  );

  it.each(PATHS)('on %s: far too many or too large headers open nothing', async (path) => {
    const large = await open(path, [`X-Large: ${'x'.repeat(20_000)}`]);
    expect(large.status).toBe(431);
    const many = await open(
      path,
      Array.from({ length: 2_000 }, (_, index) => `X-${index}: ${index}`),
    );
    expect(many.status).toBe(431);
    for (const { socket } of [large, many]) socket.destroy();
  });

  it('hold no memory', async () => {
    const rss = (): number => process.memoryUsage().rss;
    const before = rss();
    for (let round = 0; round < 100; round += 1) {
      const { socket } = await open(PATHS[0]!);
      const closed = closeCode(socket);
      socket.write(announcing(60_000_000));
      await closed;
    }
    expect(rss() - before).toBeLessThan(100 * 1024 * 1024);
  });
});

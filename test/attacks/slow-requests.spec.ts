import { connect } from 'node:net';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';

const HEADERS_BOUND = 10_000;
const BODY_BOUND = 30_000;
/** What a busy machine may add. */
const SLACK = 8_000;

describe('A61 slow senders', () => {
  let app: RunningApp;
  beforeAll(async () => void (app = await startApp(AUTH_ENV)));
  afterAll(() => app.close());

  /** Sends a beginning, then a byte a second. Out: the first line of what came back, and after how many milliseconds. */
  const drip = (beginning: string): Promise<{ answer: string; after: number }> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      const started = Date.now();
      let text = '';
      socket.write(beginning);
      const dripping = setInterval(() => socket.write('x'), 1_000);
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(dripping);
        resolve({ answer: text.split('\r\n')[0] ?? '', after: Date.now() - started });
      });
    });

  it('are cut off: headers within 10 s, a body within 30 s, an upgrade like headers', async () => {
    const { token } = new Client(app.url);
    const post = `POST /chat/message HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
    const [headers, upgrade, body, chunked, offering] = await Promise.all([
      drip('GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: '),
      drip('GET /chat/ws/s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Slow: '),
      drip(`${post}Content-Length: 5000\r\n\r\n{`),
      drip(`${post}Transfer-Encoding: chunked\r\n\r\n1000\r\n{`),
      drip(`${post}Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5000\r\n\r\n{`),
    ]);
    for (const slow of [headers, upgrade]) {
      expect(slow.answer).toBe('HTTP/1.1 408 Request Timeout');
      expect(slow.after).toBeLessThan(HEADERS_BOUND + SLACK);
    }
    for (const slow of [body, chunked, offering]) {
      expect(slow.answer).toBe('HTTP/1.1 408 Request Timeout');
      expect(slow.after).toBeLessThan(BODY_BOUND + SLACK);
    }
  }, 90_000);
});

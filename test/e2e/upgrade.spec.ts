import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';

const H2C =
  'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n';

describe('a request that offers another protocol', () => {
  let app: RunningApp;
  let ann: Client;
  const open: Socket[] = [];

  beforeAll(async () => {
    app = await startApp(AUTH_ENV);
    ann = new Client(app.url);
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
  });
  afterAll(() => app.close());

  const dial = async (): Promise<{ socket: Socket; text: () => string; closed: () => boolean }> => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    open.push(socket);
    let text = '';
    let closed = false;
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', () => undefined);
    socket.on('close', () => (closed = true));
    await once(socket, 'connect');
    return { socket, text: () => text, closed: () => closed };
  };
  const head = (line: string, more: string): string =>
    `${line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ann.token}\r\n${more}`;
  const statuses = (text: string): string[] => text.match(/HTTP\/1\.1 \d+/g) ?? [];

  it.each(['h2c', 'TLS/1.0', 'foo/2, bar'])('is served as plain HTTP (%s)', async (protocol) => {
    const { socket, text } = await dial();
    socket.write(head('GET /chat/assistants', `Connection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`));
    await eventually(() => text().includes('MarketBot'));
    expect(statuses(text())).toEqual(['HTTP/1.1 200']);
  });

  it('keeps its body, in one piece or many, and its connection', async () => {
    const { socket, text, closed } = await dial();
    const body = JSON.stringify({ message: 'What can you do?', session_id: 'h2c' });
    const json = 'Content-Type: application/json\r\n';
    socket.write(
      head('POST /chat/message', `${H2C}${json}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 20)}`),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.write(body.slice(20));
    await eventually(() => text().includes('conversation_length'));
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    socket.write(
      head('POST /chat/message', `${json}Transfer-Encoding: chunked\r\n\r\n${chunk}`) +
        head('GET /chat/history/h2c', '\r\n'),
    );
    await eventually(() => statuses(text()).length === 3);
    expect(statuses(text())).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200']);
    expect((await ann.get('/chat/history/h2c')).body.message_count).toBe(4);
    expect(closed()).toBe(false);
  });

  it('is refused like any other, and a second offer on a connection is its last request', async () => {
    const { socket, text, closed } = await dial();
    socket.write(`GET /chat/sessions HTTP/1.1\r\nHost: x\r\n${H2C}\r\n`);
    await eventually(() => text().includes('AUTH_REQUIRED'));
    socket.write(head('GET /chat/ws/s', `${H2C}\r\n`));
    await eventually(closed);
    expect(statuses(text())).toEqual(['HTTP/1.1 401', 'HTTP/1.1 404']);
  });

  it('streams', async () => {
    const { socket, text } = await dial();
    const body = JSON.stringify({ message: 'hello' });
    socket.write(
      head(
        'POST /chat/message',
        `${H2C}Accept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      ),
    );
    await eventually(() => text().includes('event: run.completed'));
  });
});

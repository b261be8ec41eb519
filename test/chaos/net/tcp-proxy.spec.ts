import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { eventually } from '../../support/client.js';
import { TcpProxy } from './tcp-proxy.js';

describe('a link that fails on demand', () => {
  let echo: Server;
  let link: TcpProxy;
  const got: string[] = [];
  const open: Socket[] = [];

  beforeEach(async () => {
    got.length = 0;
    echo = createServer((socket) => {
      socket.on('data', (chunk) => {
        got.push(String(chunk));
        socket.write(chunk);
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((done) => echo.listen(0, '127.0.0.1', done));
    link = await TcpProxy.start(() => (echo.address() as AddressInfo).port);
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await link.close();
    await new Promise((done) => echo.close(done));
  });

  const client = async (): Promise<Socket & { text: string; gone: boolean }> => {
    const socket = connect(link.port, '127.0.0.1') as Socket & { text: string; gone: boolean };
    Object.assign(socket, { text: '', gone: false });
    socket.on('data', (chunk) => (socket.text += String(chunk)));
    socket.on('close', () => (socket.gone = true));
    socket.on('error', () => undefined);
    open.push(socket);
    await once(socket, 'connect');
    return socket;
  };

  it('carries bytes both ways, and the end of them', async () => {
    const socket = await client();
    socket.end('hello');
    await eventually(() => socket.text === 'hello');
    await eventually(() => socket.gone);
  });

  it('delays every piece and keeps their order', async () => {
    link.set({ delayMs: 40 });
    const socket = await client();
    const begun = performance.now();
    for (const word of ['one ', 'two ', 'three']) socket.write(word);
    await eventually(() => socket.text === 'one two three');
    expect(performance.now() - begun).toBeGreaterThan(75);
  });

  it('cuts a connection after so many bytes', async () => {
    link.set({ cutAfter: 10 });
    const socket = await client();
    socket.write('12345');
    await eventually(() => socket.text === '12345');
    socket.write('67890more');
    await eventually(() => socket.gone);
  });

  it('holds everything back while it stalls, and lets it through afterwards', async () => {
    const socket = await client();
    socket.write('before');
    await eventually(() => socket.text === 'before');
    link.set({ stall: true });
    socket.write(' after');
    await new Promise((done) => setTimeout(done, 100));
    expect(socket.text).toBe('before');
    link.heal();
    await eventually(() => socket.text === 'before after');
  });

  it('accepts without ever answering, refuses, and cuts what is open', async () => {
    link.set({ deaf: true });
    const silent = await client();
    silent.write('anybody?');
    await new Promise((done) => setTimeout(done, 100));
    expect([silent.text, silent.gone, got]).toEqual(['', false, []]);
    link.set({ refuse: true });
    const refused = connect(link.port, '127.0.0.1').on('error', () => undefined);
    await new Promise((done) => refused.once('close', done));
    link.heal();
    const open = await client();
    open.write('x');
    await eventually(() => open.text === 'x');
    link.cut();
    await eventually(() => open.gone && silent.gone);
    expect(link.open).toBe(0);
  });

  it('sends what a client sends a second time', async () => {
    link.set({ duplicate: true });
    const socket = await client();
    socket.write('once');
    await eventually(() => got.join('') === 'onceonce');
    expect(socket.text).toBe('once');
  });
});

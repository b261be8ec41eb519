import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { readOutbound, sendOutbound } from './outbound.js';

const never = new AbortController().signal;
const servers: (Server | TcpServer)[] = [];

async function listen(server: Server | TcpServer): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const serving = (listener: RequestListener) => listen(createServer(listener));
const get = (url: string, signal = never) => sendOutbound({ method: 'GET', url, headers: {}, signal });

afterEach(() => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

describe('a request to a neighbour', () => {
  it('is sent as it is, and its answer is read', async () => {
    const url = await serving((request, response) => {
      void readOutbound(request, 100).then((text) =>
        response.end(`${request.method} ${text} ${request.headers['x-a']}`),
      );
    });
    const message = await sendOutbound({
      method: 'POST',
      url,
      headers: { 'x-a': 'é'.length.toString() },
      body: 'é',
      signal: never,
    });
    expect([message.statusCode, await readOutbound(message, 100)]).toEqual([200, 'POST é 1']);
  });

  it('follows no redirect', async () => {
    let asked = 0;
    const url = await serving((_request, response) => {
      asked += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await get(url)).statusCode).toBe(302);
    expect(asked).toBe(1);
  });

  it('that nobody took was not sent', async () => {
    const url = await serving(() => undefined);
    servers.splice(0).forEach((server) => server.close());
    await expect(get(url)).rejects.toMatchObject({ sent: false, code: 'ECONNREFUSED' });
    await expect(get('http://nobody.invalid')).rejects.toMatchObject({ sent: false });
    await expect(get(url, AbortSignal.abort())).rejects.toMatchObject({ sent: false, code: 'ABORTED' });
  });

  it('that was cut may have been taken', async () => {
    const url = await listen(
      createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
    );
    await expect(get(url)).rejects.toMatchObject({ sent: true });
  });

  it('can be aborted while nothing comes, and while the body does', async () => {
    const silent = await serving(() => undefined);
    await expect(get(silent, AbortSignal.timeout(50))).rejects.toMatchObject({ sent: true, code: 'ABORTED' });
    const url = await serving((_request, response) => void response.write('beginning'));
    const message = await get(url, AbortSignal.timeout(300));
    await expect(readOutbound(message, 100)).rejects.toMatchObject({ sent: true, code: 'ABORTED' });
  });

  it('reads no more than it is told, and notices a body that breaks off', async () => {
    const large = await serving((_request, response) => void response.end('x'.repeat(1000)));
    await expect(get(large).then((message) => readOutbound(message, 999))).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
    const broken = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(get(broken).then((message) => readOutbound(message, 999))).rejects.toMatchObject({
      sent: true,
    });
  });
});

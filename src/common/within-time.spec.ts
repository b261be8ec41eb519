import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { withinTime } from './within-time.js';

const ANSWERS = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer((socket) => socket.on('data', () => socket.write('pong')));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** Holds the thread, as a long computation would. */
function busy(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('withinTime', () => {
  it('gives what the work gives', async () => {
    await expect(withinTime(Promise.resolve('done'), 10_000)).resolves.toBe('done');
  });

  it('gives nothing for work that fails or never ends', async () => {
    await expect(withinTime(Promise.reject(new Error('no')), 10_000)).resolves.toBeUndefined();
    await expect(withinTime(new Promise(() => undefined), 5)).resolves.toBeUndefined();
  });

  it('takes an answer that arrived while this process was busy', async () => {
    const server = new Worker(ANSWERS, { eval: true });
    const [port] = await once(server, 'message');
    const socket = connect(port as number, '127.0.0.1');
    await once(socket, 'connect');
    const answer = once(socket, 'data').then(([data]) => String(data));
    socket.write('ping');
    const inTime = withinTime(answer, 10);
    busy(500);
    await expect(inTime).resolves.toBe('pong');
    socket.destroy();
    await server.terminate();
  });
});

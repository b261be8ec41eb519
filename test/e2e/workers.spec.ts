import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livePostmaster } from '../../src/database/embedded/postmaster.js';
import { AUTH_ENV, Client, eventually, type SocketClient } from '../support/client.js';
import { Nodes } from '../support/nodes.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { freePort, ServiceProcess } from '../support/service-process.js';

/** The workers of a service: its child processes that run the service's program. */
function workersOf(service: ServiceProcess): number[] {
  const children = readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8');
  return children
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
    .filter((pid) => procOf(pid, 'cmdline').includes('main.js'));
}

/** A file of a process; empty where the process is gone. */
function procOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  const status = procOf(pid, 'status');
  return status !== '' && !/^State:\s+Z/m.test(status);
}

describe('a service with several workers', () => {
  let nodes: Nodes;
  let service: ServiceProcess;
  beforeAll(async () => {
    nodes = await Nodes.start({ workers: 2, env: { MAX_CONCURRENT_CONNECTIONS: '10' } });
    service = nodes.services[0]!;
    await eventually(() => workersOf(service).length === 2);
  });
  afterAll(() => nodes.close());

  it('serves on one port from as many processes, and adds their figures up', async () => {
    const who = new Client(service.url);
    for (let count = 0; count < 6; count += 1)
      await fetch(`${service.url}/health/live`, { keepalive: false });
    await eventually(async () => (await who.get('/metrics')).body.includes('chat_workers 2'));
    const text: string = (await who.get('/metrics')).body;
    const live = /http_requests_total\{method="GET",route="\/health\/live",status="200"\} (\d+)/.exec(text);
    expect(Number(live?.[1])).toBe(6);
  });

  it('holds the limit on sockets over all of them, and counts all in the health report', async () => {
    const who = new Client(service.url);
    const sockets: SocketClient[] = [];
    for (let count = 0; count < 10; count += 1) {
      sockets.push(await who.socket());
      await eventually(async () => (await who.get('/health')).body.websocket_connections === count + 1);
    }
    for (let attempt = 0; attempt < 4; attempt += 1) await expect(who.raw('s')).rejects.toThrow();
    sockets.pop()!.close();
    await eventually(async () => (await who.get('/health')).body.websocket_connections === 9);
    const raw = await who.raw('s');
    raw.close();
    for (const socket of sockets) socket.close();
    await eventually(async () => (await who.get('/health')).body.websocket_connections === 0);
  });

  it('replaces a worker that was killed, whose answer goes on elsewhere and reaches its watchers', async () => {
    const who = new Client(service.url);
    const sockets = [await who.socket(), await who.socket(), await who.socket(), await who.socket()];
    for (const socket of sockets) await socket.ask('session:join', { session_id: 's' });
    const { run_id: runId } = await sockets[0]!.ask('message:send', {
      content: 'long',
      session_id: 's',
      client_message_id: 'm',
    });
    await eventually(() => sockets[1]!.answer(runId).length > 1);
    const [victim] = workersOf(service);
    process.kill(victim!, 'SIGKILL');
    await eventually(() => workersOf(service).length === 2 && !workersOf(service).includes(victim!));
    const left = sockets.filter(({ socket }) => socket.connected);
    expect(left.length).toBeGreaterThan(0);
    for (const socket of left)
      expect(
        await eventually(() => socket.answer(runId).find(({ event }) => event === 'run.completed'), 40_000),
      ).toBeDefined();
    expect(service.output).toContain(`Worker ${victim} ended (killed by SIGKILL)`);
    for (const socket of sockets) socket.close();
  });
});

describe('starting and stopping a service with several workers', () => {
  let database: TestDatabase;
  beforeEach(async () => void (database = await createTestDatabase()));
  afterEach(() => database.drop());
  const env = (): Record<string, string> => ({ ...AUTH_ENV, DATABASE_URL: database.url, WORKERS: '2' });

  it('passes SIGTERM on and waits for the drain', async () => {
    const nodes = await Nodes.start({ workers: 2 });
    const [service] = nodes.services;
    const who = new Client(service!.url);
    const sockets: SocketClient[] = [];
    for (let count = 0; count < 6; count += 1) sockets.push(await who.socket());
    for (const socket of sockets) await socket.ask('session:join', { session_id: 's' });
    const { run_id: runId } = await sockets[0]!.ask('message:send', {
      content: 'long',
      session_id: 's',
      client_message_id: 'm',
    });
    await eventually(() => sockets[0]!.answer(runId).length > 1);
    const workers = workersOf(service!);
    const ended = service!.kill('SIGTERM');
    for (const socket of sockets) expect((await socket.final(runId)).event).toBe('run.completed');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(workers.filter(isAlive)).toEqual([]);
    for (const socket of sockets) socket.close();
    await nodes.close();
  });

  it('ends at once, with all workers, at the second signal, and leaves none behind when it is killed itself', async () => {
    const nodes = await Nodes.start({ workers: 2 });
    const [service] = nodes.services;
    const socket = await new Client(service!.url).socket();
    const { run_id: runId } = await socket.ask('message:send', {
      content: 'long',
      session_id: 's',
      client_message_id: 'm',
    });
    await eventually(() => socket.answer(runId).length > 1);
    const workers = workersOf(service!);
    process.kill(service!.pid, 'SIGINT');
    await eventually(() => socket.of('system').some(({ metadata }) => metadata.retry_after_ms > 0));
    expect(await service!.kill('SIGINT')).toEqual({ code: 130, signal: null });
    await eventually(() => workers.every((pid) => !isAlive(pid)));
    socket.close();
    await nodes.close();

    const killed = await ServiceProcess.start(env());
    await eventually(() => workersOf(killed).length === 2);
    const orphans = workersOf(killed);
    await killed.kill('SIGKILL');
    await eventually(() => orphans.every((pid) => !isAlive(pid)));
  });

  it('says once which port is taken, and ends', async () => {
    const port = await freePort();
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(port, '127.0.0.1', done));
    const service = await ServiceProcess.spawn({ ...env(), PORT: String(port) });
    expect(await service.exited).toEqual({ code: 1, signal: null });
    await new Promise((done) => squatter.close(done));
    expect(service.output.split(`Port ${port} is taken`)).toHaveLength(2);
  });

  it('runs on a bare machine: one database of its own, one demo identity for all workers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'workers-'));
    const service = await ServiceProcess.start({ DATA_DIR: folder, WORKERS: '2' });
    const { token } = (await (
      await fetch(`${service.url}/chat/demo/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"role":"user"}',
      })
    ).json()) as { token: string };
    const asked = Array.from({ length: 8 }, () =>
      fetch(`${service.url}/chat/assistants`, {
        headers: { authorization: `Bearer ${token}`, connection: 'close' },
      }),
    );
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200));
    expect(livePostmaster(join(folder, 'postgres'))).toBeDefined();
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(livePostmaster(join(folder, 'postgres'))).toBeUndefined();
    rmSync(folder, { recursive: true, force: true });
  });
});

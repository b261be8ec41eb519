import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livePostmaster } from '../../src/database/embedded/postmaster.js';
import { createTestDatabase } from '../support/postgres.js';
import { freePort, ServiceProcess } from '../support/service-process.js';

describe('starting and stopping the service', () => {
  let folder: string;
  const running: ServiceProcess[] = [];

  const keep = (service: ServiceProcess): ServiceProcess => {
    running.push(service);
    return service;
  };
  const start = async (env: Record<string, string> = {}): Promise<ServiceProcess> =>
    keep(await ServiceProcess.start({ DATA_DIR: folder, ...env }));
  const fails = async (env: Record<string, string>, cwd?: string): Promise<string> => {
    const service = keep(
      await ServiceProcess.spawn({ DATA_DIR: folder, ...env }, cwd === undefined ? {} : { cwd }),
    );
    expect(await service.exited).toEqual({ code: 1, signal: null });
    return service.output;
  };
  const postmaster = (): number | undefined => livePostmaster(join(folder, 'postgres'))?.pid;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'service-'));
  });
  afterEach(async () => {
    for (const service of running.splice(0)) await service.kill('SIGKILL');
    const left = postmaster();
    if (left) process.kill(left, 'SIGQUIT');
    while (postmaster()) await new Promise((done) => setTimeout(done, 20));
    rmSync(folder, { recursive: true, force: true });
  });

  it('serves on a bare machine and says where, then stops in order and leaves nothing running', async () => {
    const service = await start();
    const health = await fetch(`${service.url}/health`);
    expect(health.status).toBe(200);
    expect(service.output).toContain(`http://localhost:${service.port}/chat/widget`);
    expect(postmaster()).toBeDefined();
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(postmaster()).toBeUndefined();
  });

  it('comes up again after kill -9 on the database that was left running', async () => {
    const first = await start();
    const database = postmaster();
    await first.kill('SIGKILL');
    expect(postmaster()).toBe(database);
    const second = await start();
    expect(second.output).toContain('already runs');
    expect(postmaster()).toBe(database);
    expect(await second.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(postmaster()).toBeUndefined();
  });

  it('leaves the shared database to the service that still runs', async () => {
    const [first, second] = [await start(), await start()];
    expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
    expect(await second.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(postmaster()).toBeUndefined();
  });

  it('names every bad key at once and starts nothing', async () => {
    const output = await fails({ PORT: '1', WS_PING_INTERVAL: 'often', OPENAI_BASE_URL: 'localhost' });
    expect(output).toContain('WS_PING_INTERVAL');
    expect(output).toContain('OPENAI_BASE_URL');
    expect(existsSync(join(folder, 'postgres'))).toBe(false);
  });

  it('reads .env, and what the environment says wins', async () => {
    writeFileSync(join(folder, '.env'), 'MAX_MESSAGE_LENGTH=from-the-file\nWS_MAX_SIZE=from-the-file\n');
    const output = await fails({ WS_MAX_SIZE: 'from-outside' }, folder);
    expect(output).toContain('MAX_MESSAGE_LENGTH');
    const corrected = await fails({ MAX_MESSAGE_LENGTH: '4096', WS_MAX_SIZE: '1' }, folder);
    expect(corrected).not.toContain('MAX_MESSAGE_LENGTH');
    expect(corrected).toContain('WS_MAX_SIZE');
  });

  it('keeps no database of its own in production', async () => {
    const output = await fails({ ENV: 'production', JWT_SECRET: 'f'.repeat(16) + 'q8Zr2Lw7Xk1Np5Tv' });
    expect(output).toContain('DATABASE_URL is unset');
    expect(existsSync(join(folder, 'postgres'))).toBe(false);
  });

  it('says which port is taken, and takes its database down again', async () => {
    const port = await freePort();
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(port, '127.0.0.1', done));
    const output = await fails({ PORT: String(port) });
    await new Promise((done) => squatter.close(done));
    expect(output).toContain(`Port ${port} is taken`);
    expect(postmaster()).toBeUndefined();
  });

  it('says which database does not answer, without its password', async () => {
    const port = await freePort();
    const output = await fails({ DATABASE_URL: `postgresql://chat:hidden-word@127.0.0.1:${port}/chat` });
    expect(output).toContain(`The database chat at 127.0.0.1:${port} cannot be used`);
    expect(output).not.toContain('hidden-word');
  });

  it('migrates the database of DATABASE_URL and runs none of its own', async () => {
    const database = await createTestDatabase();
    const service = await start({ DATABASE_URL: database.url });
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    expect(existsSync(join(folder, 'postgres'))).toBe(false);
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    await database.drop();
  });
});

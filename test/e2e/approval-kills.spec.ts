import { join } from 'node:path';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { asked, decide, ended } from '../support/approvals.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { ServiceProcess } from '../support/service-process.js';

describe('an answer that waits for a person, and kill -9', () => {
  let database: TestDatabase;
  const services: ServiceProcess[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    for (const service of services) await service.kill('SIGKILL');
    await database.drop();
  });

  const main = join(__dirname, '..', 'support', 'asking-node.mjs');

  async function start(changed: string[], more: Record<string, string> = {}): Promise<ServiceProcess> {
    const env = { ...AUTH_ENV, DATABASE_URL: database.url, DATABASE_POOL_SIZE: '4', RUN_LEASE: '2', ...more };
    const service = await ServiceProcess.start(env, { main });
    service.onTold((message) => changed.push((message as { changed: string }).changed));
    services.push(service);
    return service;
  }

  it('goes on after every node was killed, while it waited and in the middle of the step, which is done once', async () => {
    const changed: string[] = [];
    const asking = await start(changed);
    const ann = new Client(asking.url);
    const { runId, approvalId } = await asked(ann);
    await asking.kill('SIGKILL');

    const doing = await start(changed, { ASKING_HANGS: '1' });
    const same = { tenant: ann.tenant, user: ann.user };
    expect(await decide(new Client(doing.url, same), runId, approvalId, true)).toMatchObject({ status: 200 });
    await eventually(() => changed.length > 0);
    await doing.kill('SIGKILL');

    const last = await start(changed);
    const { event, epoch, message } = await ended(new Client(last.url, same), runId);
    expect({ event, epoch }).toEqual({ event: 'run.completed', epoch: 3 });
    expect(message.content).toBe('I would do it. It may be done.');
    expect(message.parts).toMatchObject([{ type: 'approval', approval_id: approvalId, state: 'approved' }]);
    expect(changed).toEqual([runId]);
  }, 120_000);
});

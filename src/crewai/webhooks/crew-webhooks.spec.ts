import { randomUUID } from 'node:crypto';
import { type CrewServer, startCrewServer } from '../../../test/support/crew-server.js';
import { buildCrews, type BuiltCrews, crewTask, hear } from '../../../test/support/crews.js';
import { CrewConfig } from '../../config/config.js';
import { parseEnv } from '../../config/env.schema.js';
import { MemoryFanOut } from '../../redis/memory-fan-out.js';
import { CrewWakes } from './crew-wakes.service.js';
import { CrewReport } from './crew-webhooks.contract.js';
import { CrewWebhooksController } from './crew-webhooks.controller.js';

const never = new AbortController().signal;
const BASE = 'https://chat.example.com';
const SECRET = 'a'.repeat(40);
const env = { CREW_AI_WEBHOOK_URL: `${BASE}/`, CREW_AI_WEBHOOK_SECRET: SECRET };
const wakesWith = (given: Record<string, string>) =>
  new CrewWakes(new CrewConfig(parseEnv(given)), new MemoryFanOut());
const secretIn = (address = '') => new URL(address).searchParams.get('secret') ?? '';

describe('the secret of a run', () => {
  const runId = randomUUID();

  it('is in the address that a crew is given, if it can reach the service at all', () => {
    const address = wakesWith(env).addressFor(runId);
    expect(address?.startsWith(`${BASE}/chat/webhooks/crewai/${runId}?secret=`)).toBe(true);
    expect(wakesWith({}).addressFor(runId)).toBeUndefined();
  });

  it('is taken by every node, for its run alone', () => {
    const secret = secretIn(wakesWith(env).addressFor(runId));
    const other = wakesWith(env);
    expect(other.accepts(runId, secret)).toBe(true);
    expect(other.accepts(randomUUID(), secret)).toBe(false);
    for (const wrong of ['', 'x', secret.slice(1), `${secret}x`, SECRET]) {
      expect(other.accepts(runId, wrong)).toBe(false);
    }
  });

  it('is made anew by each process where none is set', () => {
    const url = { CREW_AI_WEBHOOK_URL: BASE };
    const wakes = wakesWith(url);
    const secret = secretIn(wakes.addressFor(runId));
    expect([wakes.accepts(runId, secret), wakesWith(url).accepts(runId, secret)]).toEqual([true, false]);
  });
});

describe('a report of a crew', () => {
  let server: CrewServer;
  let built: BuiltCrews;
  let controller: CrewWebhooksController;
  const { runId } = crewTask();

  beforeEach(async () => {
    server = await startCrewServer();
    server.amp.pollsToFinish = Infinity;
    built = buildCrews(
      { CREW_AI_SERVICE_URL: server.url, CREW_AI_CONTRACT: 'amp', ...env },
      { pace: { first: 600_000, last: 600_000, least: 1 }, silence: 10_000 },
    );
    controller = new CrewWebhooksController(built.wakes);
  });
  afterEach(() => server.close());

  const secret = () => secretIn(built.wakes.addressFor(runId));
  const report = (body: unknown, given: string | undefined = secret(), id = runId, bearer?: string) =>
    controller.take(id, { secret: given }, CrewReport.parse(body), bearer);
  const refuses = (call: () => unknown) =>
    expect(call).toThrow(expect.objectContaining({ code: 'CREW_WEBHOOK_REFUSED', status: 401 }));

  /** A run that polls once and then waits for ten minutes, or for news. */
  async function waiting() {
    const running = hear(built.crews.run(crewTask(), never));
    while (server.count('GET /status') === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const id = server.amp.works[0]?.id ?? '';
    return { running, id };
  }

  it('brings the next poll nearer, and nothing of it is shown', async () => {
    const { running, id } = await waiting();
    expect(server.amp.work(id).webhooks).toEqual([built.wakes.addressFor(runId)]);
    server.amp.finish(id, 'The true answer.');
    const events = [
      { id: 'e', execution_id: id, type: 'crew_kickoff_completed', data: { output: 'A lie.' } },
    ];
    expect(report({ events })).toEqual({ status: 'ok' });
    expect(await running).toMatchObject({ text: 'The true answer.' });
  });

  it('is taken with the secret as bearer token', async () => {
    const { running, id } = await waiting();
    server.amp.finish(id, 'Done.');
    expect(report({}, undefined, runId, `Bearer ${secret()}`)).toEqual({ status: 'ok' });
    expect((await running).text).toBe('Done.');
  });

  it('is refused without the secret of that very run, known or not', () => {
    refuses(() => report({}, 'forged'));
    refuses(() => controller.take(runId, {}, {}));
    refuses(() => report({}, secret(), randomUUID()));
    refuses(() => report({}, 'forged', runId, 'Bearer forged'));
  });

  it('about other work, twice, out of order or too late changes nothing', async () => {
    const { running, id } = await waiting();
    report({ events: [{ execution_id: randomUUID(), type: 'crew_kickoff_completed' }] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.count('GET /status')).toBe(1);
    server.amp.finish(id, 'Once.');
    for (let i = 0; i < 5; i += 1) report({ events: [{ execution_id: id }, { execution_id: id }] });
    const heard = await running;
    expect(heard.events.filter(({ type }) => type === 'end')).toHaveLength(1);
    expect(report({ execution_id: id })).toEqual({ status: 'ok' });
  });

  it('names the task that waits for a person where the status does not', async () => {
    const { running, id } = await waiting();
    const work = server.amp.work(id);
    work.state = 'waiting';
    report({ events: [{ execution_id: id, type: 'human_input', data: { task_id: 'draft_task' } }] });
    expect((await running).last).toMatchObject({ type: 'needs_human', question: { ids: ['draft_task'] } });
  });

  it.each([
    [{ events: [] }],
    [{ task: { raw: 'x' }, execution_id: 7, task_id: { a: 1 } }],
    [{ events: [{ id: 1, execution_id: null, type: 3, data: 'text' }] }],
  ])('in a form of its own is only a wake-up: %j', (body) => {
    expect(report(body)).toEqual({ status: 'ok' });
  });
});

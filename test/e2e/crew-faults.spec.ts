import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { askOverSocket, type CrewRun, whatIsLeft } from '../support/crew-runs.js';
import { aguiEvents, type CrewServer, startCrewServer } from '../support/crew-server.js';

/** An agent for each contract. */
const AGENTS = { sync: 'lead_analyzer', amp: 'campaign_optimizer', agui: 'content_generator' } as const;

const environment = (crew: CrewServer): Record<string, string> => ({
  ...AUTH_ENV,
  CREW_AI_SERVICE_URL: crew.url,
  CREW_AI_RETRY_ATTEMPTS: '1',
  CREW_AI_AGENTS: JSON.stringify({
    [AGENTS.agui]: { url: `${crew.url}/agui`, contract: 'agui' },
    [AGENTS.amp]: { url: crew.url, contract: 'amp' },
  }),
});

describe('a crew and its misbehaviour', () => {
  let crew: CrewServer;
  let app: RunningApp;
  let client: Client;
  let run: CrewRun | undefined;

  beforeAll(async () => {
    crew = await startCrewServer();
    app = await startApp({ ...environment(crew), CREW_AI_TIMEOUT: '20' });
  });
  afterAll(async () => {
    await app?.close();
    await crew?.close();
  });
  beforeEach(() => {
    crew.behave();
    crew.amp.pollsToFinish = 1;
    crew.amp.dialect = 'documented';
    client = new Client(app.url);
  });
  afterEach(() => run?.socket.close());

  const ask = async (contract: keyof typeof AGENTS): Promise<CrewRun> => {
    run = await askOverSocket(client, AGENTS[contract], 'Which leads are hot?');
    return run;
  };
  /** Ends once, keeps one answer that says this, and is not changed by anything that comes later. */
  const expectEnd = async (asked: CrewRun, event: string, code?: string): Promise<any> => {
    const final = await asked.final();
    const left = await whatIsLeft(client, asked);
    expect(left).toMatchObject({ finals: [event], gapless: true });
    if (code === undefined) return left;
    expect(final.error.code).toBe(code);
    expect(left.answers).toMatchObject([{ type: 'error', metadata: { code, state: 'failed' } }]);
    return left;
  };

  it.each(['documented', 'observed'] as const)('answers on CrewAI AMP in the %s dialect', async (dialect) => {
    crew.amp.dialect = dialect;
    const before = crew.count('POST /kickoff');
    const left = await expectEnd(await ask('amp'), 'run.completed');
    expect(left.answers).toMatchObject([
      { content: 'The crew is done.', metadata: { engine: 'crew', crew: { contract: 'amp' } } },
    ]);
    expect(crew.count('POST /kickoff')).toBe(before + 1);
  });

  it.each(['documented', 'observed'] as const)('fails on CrewAI AMP in the %s dialect', async (dialect) => {
    crew.amp.dialect = dialect;
    crew.amp.pollsToFinish = Infinity;
    const works = crew.amp.works.length;
    const asked = await ask('amp');
    const work = await eventually(() => crew.amp.works[works]);
    work.state = 'failed';
    const left = await expectEnd(asked, 'run.failed', 'CREW_FAILED');
    expect(JSON.stringify(left)).not.toContain('canary');
  });

  it.each([
    ['reset', 'CREW_INTERRUPTED'],
    ['end', 'CREW_INTERRUPTED'],
    ['garbage', 'CREW_BAD_ANSWER'],
  ] as const)('dies in the middle of its stream (%s)', async (how, code) => {
    crew.events = (input) => aguiEvents(input, ['Half an ', 'answer']);
    crew.aguiFault = { after: 4, how };
    const left = await expectEnd(await ask('agui'), 'run.failed', code);
    expect(left.text).toBe('Half an ');
    expect(left.answers).toHaveLength(1);
  });

  it.each([
    ['sync', 'POST /agents', '<html>nonsense</html>'],
    ['sync', 'POST /agents', '{"response":"one"}{"response":"two"}'],
    ['sync', 'POST /agents', { response: '', tables: 'none' }],
    ['amp', 'POST /kickoff', { kickoff_id: '../../admin' }],
    ['amp', 'GET /status', { status: 'completed', result: {} }],
    ['agui', 'POST /agui', 'not a stream'],
  ] as const)('answers garbage by %s (%s: %j)', async (contract, on, body) => {
    crew.fault({ on, body });
    const before = crew.count(on.startsWith('GET') ? 'POST /kickoff' : on);
    await expectEnd(await ask(contract), 'run.failed', 'CREW_BAD_ANSWER');
    expect(crew.count(on.startsWith('GET') ? 'POST /kickoff' : on)).toBe(before + 1);
  });

  it('answers late, after a stop (sync)', async () => {
    crew.fault({ on: 'POST /agents', delay: 500, times: 1 });
    const [asks, done] = [crew.count('POST /agents'), crew.done];
    const asked = await ask('sync');
    await eventually(() => crew.count('POST /agents') > asks);
    expect((await client.call('POST', `/chat/runs/${asked.runId}/stop`)).status).toBe(200);
    expect((await asked.final()).message).toBeNull();
    await eventually(() => crew.done > done);
    const left = await expectEnd(asked, 'run.cancelled');
    expect(left.answers).toEqual([]);
  });

  it('answers late, after a stop (amp)', async () => {
    crew.amp.pollsToFinish = Infinity;
    const asked = await ask('amp');
    await asked.found(({ text }) => text?.includes('research_task'));
    await client.call('POST', `/chat/runs/${asked.runId}/stop`);
    await asked.final();
    crew.amp.finish(crew.amp.works.at(-1)!.id, 'Too late.');
    const next = await client.send('And now?', { agent_name: AGENTS.sync, session_id: asked.sessionId });
    expect(next.body.ai_response.content).toBe('You asked: And now?');
    const left = await expectEnd(asked, 'run.cancelled');
    expect(left.answers.map(({ content }: any) => content)).toEqual(['You asked: And now?']);
  });

  it('answers twice by AG-UI, and only the first is heard', async () => {
    crew.events = (input) => [...aguiEvents(input, ['First.']), ...aguiEvents(input, ['Second.'])];
    const left = await expectEnd(await ask('agui'), 'run.completed');
    expect(left.answers).toMatchObject([{ content: 'First.' }]);
  });

  it('answers twice on CrewAI AMP, and only the first is heard', async () => {
    const asked = await ask('amp');
    await asked.final();
    crew.amp.finish(crew.amp.works.at(-1)!.id, 'Something else.');
    await client.send('And now?', { agent_name: AGENTS.sync });
    const left = await expectEnd(asked, 'run.completed');
    expect(left.answers).toMatchObject([{ content: 'The crew is done.' }]);
  });
});

describe('a crew that hangs', () => {
  it('is given up after its silence, and never asked twice', async () => {
    const crew = await startCrewServer();
    const app = await startApp({ ...environment(crew), CREW_AI_TIMEOUT: '1' });
    const client = new Client(app.url);
    try {
      crew.events = (input) => aguiEvents(input, ['Half an ', 'answer']);
      crew.aguiFault = { after: 4, how: 'hang' };
      crew.fault({ on: 'POST /agents', hang: true });
      crew.fault({ on: 'POST /kickoff', hang: true, afterWork: true });
      for (const agent of Object.values(AGENTS)) {
        const run = await askOverSocket(client, agent, 'Which leads are hot?');
        expect((await run.final()).error.code).toBe('CREW_TIMEOUT');
        const left = await whatIsLeft(client, run);
        expect(left).toMatchObject({ finals: ['run.failed'], gapless: true });
        expect(left.answers).toMatchObject([{ type: 'error', metadata: { code: 'CREW_TIMEOUT' } }]);
        run.socket.close();
      }
      expect(['POST /agents', 'POST /kickoff', 'POST /agui'].map((on) => crew.count(on))).toEqual([1, 1, 1]);
      expect(crew.amp.works).toHaveLength(1);
    } finally {
      await app.close();
      await crew.close();
    }
  });
});

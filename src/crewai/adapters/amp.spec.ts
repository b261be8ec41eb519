import { type CrewServer, startCrewServer } from '../../../test/support/crew-server.js';
import { until } from '../../../test/support/llm-lines.js';
import { buildCrews, type BuiltCrews, crewTask, hear } from '../../../test/support/crews.js';
import { HandedOver } from '../../common/handed-over.js';

const never = new AbortController().signal;
const TOKEN = 'amp-token-canary';

describe('a crew on CrewAI AMP', () => {
  let server: CrewServer;
  let built: BuiltCrews;

  beforeEach(async () => {
    server = await startCrewServer({ token: TOKEN });
    built = build();
  });
  afterEach(() => server.close());

  const build = (silence?: number) =>
    buildCrews(
      { CREW_AI_SERVICE_URL: server.url, CREW_AI_CONTRACT: 'amp', CREW_AI_TOKEN: TOKEN },
      silence === undefined ? {} : { silence },
    );
  const ask = (signal = never) => hear(built.crews.run(crewTask(), signal));

  describe.each(['documented', 'observed'] as const)('in the %s dialect', (dialect) => {
    beforeEach(() => {
      server.amp.dialect = dialect;
    });

    it('is kicked off once, polled, and answers', async () => {
      const heard = await ask();
      expect(heard.error).toBeUndefined();
      expect(heard.text).toBe('The crew is done.');
      expect(heard.progress.length).toBeGreaterThan(0);
      expect(heard.last).toMatchObject({ type: 'end', result: { contract: 'amp' } });
      expect(server.count('POST /kickoff')).toBe(1);
    });

    it.each([404, 405] as const)(
      'is found though the other path gives %i, and remembered',
      async (status) => {
        server.amp.strangePath = status;
        await ask();
        const strange = dialect === 'documented' ? /^\/[\w-]+\/status$/ : /^\/status\//;
        const missed = () => server.requests.filter(({ path }) => strange.test(path)).length;
        expect(missed()).toBe(dialect === 'documented' ? 0 : 1);
        await ask();
        expect(missed()).toBe(dialect === 'documented' ? 0 : 1);
      },
    );

    it('may not know of its work at first', async () => {
      server.amp.unknownFor = 2;
      expect((await ask()).text).toBe('The crew is done.');
    });

    it('fails without its own words being shown', async () => {
      server.amp.pollsToFinish = Infinity;
      const running = ask();
      await until(() => server.amp.works.length === 1, 'the work begins');
      const [work] = server.amp.works;
      if (work) work.state = 'failed';
      const { error } = await running;
      expect(error).toMatchObject({ code: 'CREW_FAILED', started: true, retriable: true });
      expect(JSON.stringify([error?.detail, error?.message, String(error?.cause)])).not.toContain('canary');
    });

    it('waits for a person, and goes on with the decision', async () => {
      server.amp.waitsFor = 'draft_task';
      const first = await ask();
      expect(first.last).toEqual({
        type: 'needs_human',
        question: { ids: ['draft_task'], text: 'Is this draft fine?' },
      });
      const reference = first.references.at(-1);
      const decision = { ids: ['draft_task'], approved: true, comment: 'Shorter, please.' };
      const second = await hear(built.crews.resume(crewTask({ reference }), decision, never));
      expect(second.text).toBe('The crew is done.');
      expect(server.amp.works).toHaveLength(1);
      expect(server.amp.works[0]?.decisions).toMatchObject([
        { task_id: 'draft_task', human_feedback: 'Shorter, please.', is_approve: true },
      ]);
      expect(await built.outcomes()).toEqual({ needs_human: 1, answered: 1 });
    });

    it('answers twice, and only the first is heard', async () => {
      const heard = await ask();
      server.amp.finish(server.amp.works[0]?.id ?? '', 'Something else.');
      expect(heard.events.filter(({ type }) => type === 'end')).toHaveLength(1);
      expect(heard.text).toBe('The crew is done.');
    });
  });

  it('has its id stored before it is polled', async () => {
    const at: string[] = [];
    await hear(built.crews.run(crewTask(), never), (event) => {
      if (event.type !== 'reference') return;
      at.push(`${event.reference?.phase} ${server.count('POST /kickoff')} ${server.count('GET /status')}`);
    });
    expect(at).toEqual(['starting 0 0', 'started 1 0']);
  });

  it('is polled on by another node, and not kicked off again', async () => {
    server.amp.pollsToFinish = Infinity;
    let reference: unknown;
    const lost = new AbortController();
    const first = await hear(built.crews.run(crewTask(), lost.signal), (event) => {
      if (event.type === 'reference') reference = event.reference;
      if (event.type === 'progress') lost.abort(new HandedOver());
    });
    expect(first.error?.name).toBe('AbortError');
    expect(server.count('POST /stop')).toBe(0);
    const other = build();
    server.amp.finish(server.amp.works[0]?.id ?? '', 'Made by the first.');
    const stored = JSON.parse(JSON.stringify(reference)) as unknown;
    const second = await hear(other.crews.run(crewTask({ reference: stored }), never));
    expect(second.text).toBe('Made by the first.');
    expect(server.count('POST /kickoff')).toBe(1);
  });

  it.each([
    ['hangs', { hang: true }, 'CREW_TIMEOUT'],
    ['is cut', { reset: true }, 'CREW_INTERRUPTED'],
    ['fails', { status: 500 }, 'CREW_FAILED'],
    ['answers without an id', { body: { ok: true } }, 'CREW_BAD_ANSWER'],
    ['answers with an id that is none', { body: { kickoff_id: '../../admin' } }, 'CREW_BAD_ANSWER'],
  ])('is never kicked off twice where its kickoff %s', async (_how, fault, code) => {
    built = build(1000);
    server.fault({ on: 'POST /kickoff', afterWork: true, ...fault });
    const heard = await ask();
    expect(heard.error).toMatchObject({ code, started: true });
    expect(server.count('POST /kickoff')).toBe(1);
    const reference = heard.references.at(-1);
    expect(reference).toMatchObject({ phase: 'starting' });
    const again = await hear(built.crews.run(crewTask({ reference }), never));
    expect(again.error).toMatchObject({ code: 'CREW_OUTCOME_UNKNOWN' });
    expect(server.count('POST /kickoff')).toBe(1);
  });

  it('is tried again where it has certainly not begun', async () => {
    server.fault({ on: 'POST /kickoff', status: 503, times: 2 });
    expect((await ask()).text).toBe('The crew is done.');
    expect(server.amp.works).toHaveLength(1);
  });

  it.each([
    ['hangs', { hang: true, times: 1 }],
    ['is cut', { reset: true, times: 2 }],
    ['fails', { status: 502, times: 3 }],
    ['is garbage', { body: 'not json', times: 2 }],
    ['is no state at all', { body: { status: 'dancing' }, times: 2 }],
    ['is busy', { status: 429, times: 2 }],
  ])('is polled on where a status %s for a while', async (_how, fault) => {
    built = build(6000);
    server.fault({ on: 'GET /status', ...fault });
    expect((await ask()).text).toBe('The crew is done.');
  });

  it.each([
    ['is gone', { reset: true }, 'CREW_INTERRUPTED'],
    ['fails', { status: 500 }, 'CREW_INTERRUPTED'],
    ['is refused', { status: 401 }, 'CREW_REFUSED_KEY'],
    ['is garbage', { body: '<html>' }, 'CREW_BAD_ANSWER'],
    ['knows of nothing', { body: { state: 'NOT FOUND' } }, 'CREW_INTERRUPTED'],
  ])('is given up where the status %s for good', async (_how, fault, code) => {
    built = build(1000);
    server.fault({ on: 'GET /status', ...fault });
    const heard = await ask();
    expect(heard.error).toMatchObject({ code, started: true });
    expect(heard.references.at(-1)).toMatchObject({ phase: 'started', id: server.amp.works[0]?.id });
  });

  it('is left to itself for no longer than its silence where it disappears', async () => {
    server.amp.pollsToFinish = Infinity;
    built = build(1000);
    const heard = await hear(built.crews.run(crewTask(), never), async (event) => {
      if (event.type === 'progress') await server.close();
    });
    expect(heard.error).toMatchObject({ code: 'CREW_INTERRUPTED', started: true, retriable: true });
  });

  it.each([
    [true, 'stopped'],
    [false, 'left'],
  ])('is told to stop (known to it: %s)', async (stoppable, outcome) => {
    server.amp.stoppable = stoppable;
    server.amp.pollsToFinish = Infinity;
    const stop = new AbortController();
    const heard = await hear(built.crews.run(crewTask(), stop.signal), (event) => {
      if (event.type === 'progress') stop.abort();
    });
    expect(heard.error?.name).toBe('AbortError');
    await until(() => server.count('POST /stop') === 1, 'the stop is passed on');
    const polled = server.count('GET /status');
    server.amp.finish(server.amp.works[0]?.id ?? '', 'Too late.');
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(server.count('GET /status')).toBe(polled);
    expect(heard.text).toBe('');
    expect(await built.outcomes()).toEqual({ [outcome]: 1 });
  });

  it('is stopped though the stop came while it was kicked off', async () => {
    server.amp.stoppable = true;
    server.fault({ on: 'POST /kickoff', delay: 150 });
    const stop = new AbortController();
    const running = hear(built.crews.run(crewTask(), stop.signal));
    await until(() => server.count('POST /kickoff') === 1, 'the kickoff is sent');
    stop.abort();
    expect((await running).error?.name).toBe('AbortError');
    await until(() => server.amp.works[0]?.state === 'stopped', 'the crew stops');
    expect(server.amp.works).toHaveLength(1);
  });

  it('that somebody else stopped has no answer', async () => {
    server.amp.pollsToFinish = Infinity;
    const heard = await hear(built.crews.run(crewTask(), never), (event) => {
      const [work] = server.amp.works;
      if (event.type === 'progress' && work) work.state = 'stopped';
    });
    expect(heard.error).toMatchObject({ code: 'CREW_STOPPED' });
  });

  describe('and its inputs', () => {
    it('are those that it wants, as text', async () => {
      server.amp.inputs = ['user_query', 'tenant_id', 'chat_history', 'context', 'topic'];
      await ask();
      expect(server.amp.works[0]?.inputs).toEqual({
        user_query: 'Which leads are hot?',
        tenant_id: 'tenant-1',
        chat_history: 'user: Hello\nassistant: Hi',
        context: '{"current_page":"leads"}',
        topic: 'Which leads are hot?',
      });
    });

    it('are the usual ones where it does not say', async () => {
      server.amp.inputs = undefined;
      expect((await ask()).error).toBeUndefined();
      expect(server.amp.works[0]?.inputs).toMatchObject({ query: 'Which leads are hot?', user_role: 'user' });
    });

    it('that a chat does not have are named, and nothing begins', async () => {
      server.amp.inputs = ['budget', 'destination', 'query'];
      const heard = await ask();
      expect(heard.error).toMatchObject({
        code: 'CREW_INPUTS_MISSING',
        detail: expect.stringContaining('budget, destination'),
        started: false,
        retriable: false,
      });
      expect(heard.references.at(-1)).toBeNull();
      expect(server.count('POST /kickoff')).toBe(0);
    });

    it('that it misses after all are named', async () => {
      server.fault({
        on: 'POST /kickoff',
        status: 422,
        body: { details: { missing_inputs: ['budget', 7, 'x\u0000y'] } },
      });
      const { error } = await ask();
      expect(error).toMatchObject({ code: 'CREW_INPUTS_MISSING', started: false });
      expect(error?.detail).toContain('budget, xy');
    });
  });

  it('is well where its inputs can be asked for, and not with a wrong token', async () => {
    await expect(built.crews.check(never)).resolves.toBeUndefined();
    const stranger = buildCrews({ CREW_AI_SERVICE_URL: server.url, CREW_AI_CONTRACT: 'amp' });
    await expect(stranger.crews.check(never)).rejects.toMatchObject({ code: 'CREW_REFUSED_KEY' });
  });
});

import { aguiEvents, type CrewServer, startCrewServer } from '../../../test/support/crew-server.js';
import { until } from '../../../test/support/llm-lines.js';
import { buildCrews, type BuiltCrews, crewTask, hear } from '../../../test/support/crews.js';

const never = new AbortController().signal;

describe('a crew behind AG-UI', () => {
  let server: CrewServer;
  let built: BuiltCrews;

  beforeEach(async () => {
    server = await startCrewServer();
    built = build();
  });
  afterEach(() => server.close());

  const build = (silence?: number) =>
    buildCrews(
      { CREW_AI_AGENTS: JSON.stringify({ lead_analyzer: { url: `${server.url}/agui`, contract: 'agui' } }) },
      silence === undefined ? {} : { silence },
    );
  const ask = (signal = never, more = {}) => hear(built.crews.run(crewTask(more), signal));
  const bodies = () => server.requests.map(({ body }) => body);

  it('is asked as the protocol wants it', async () => {
    await ask();
    expect(server.requests[0]?.headers).toMatchObject({ accept: 'text/event-stream' });
    expect(bodies()).toEqual([
      {
        protocolVersion: '1.0',
        threadId: expect.stringMatching(/^[\w-]{43}$/),
        runId: crewTask().runId,
        state: {},
        tools: [],
        forwardedProps: {},
        context: [
          { description: 'tenant_id', value: 'tenant-1' },
          { description: 'user_role', value: 'user' },
          { description: 'page', value: '{"current_page":"leads"}' },
        ],
        messages: [
          { id: expect.any(String), role: 'user', content: 'Hello' },
          { id: expect.any(String), role: 'assistant', content: 'Hi' },
          { id: expect.any(String), role: 'user', content: 'Which leads are hot?' },
        ],
      },
    ]);
  });

  it('has a thread for each session of each user, of which nothing can be told', async () => {
    const { principal } = crewTask();
    await ask();
    await ask();
    await ask(never, { principal: { ...principal, userId: 'user-2' } });
    await ask(never, { principal: { ...principal, tenantId: 'tenant-2' } });
    await ask(never, { sessionId: 's2' });
    const threads = bodies().map(({ threadId }) => String(threadId));
    expect(threads[0]).toBe(threads[1]);
    expect(new Set(threads).size).toBe(4);
    expect(threads.join()).not.toMatch(/tenant|user/);
  });

  it('streams its text and says what it does', async () => {
    const heard = await ask();
    expect(heard.events.map(({ type }) => type)).toEqual([
      'reference',
      'progress',
      'delta',
      'delta',
      'delta',
      'end',
    ]);
    expect([heard.text, heard.progress]).toEqual(['Hello from AG-UI.', ['research']]);
    expect(heard.last).toMatchObject({ result: { contract: 'agui' } });
  });

  it('is understood in chunks, in several messages, and past what it only thinks or replays', async () => {
    server.events = ({ threadId, runId }) => [
      { type: 'RUN_STARTED', threadId, runId: 'an-older-run' },
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'old', role: 'assistant', delta: 'An old answer.' },
      { type: 'RUN_FINISHED', threadId, runId: 'an-older-run' },
      { type: 'RUN_STARTED', threadId, runId },
      { type: 'REASONING_MESSAGE_CONTENT', messageId: 'r', delta: 'Let me think.' },
      { type: 'SOMETHING_NEW', delta: 'From version 2.' },
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'a', role: 'assistant', delta: 'One' },
      { type: 'TEXT_MESSAGE_CHUNK', delta: ' two.' },
      { type: 'TEXT_MESSAGE_START', messageId: 'u', role: 'user' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'u', delta: 'The question again.' },
      { type: 'TOOL_CALL_START', toolCallId: 't', toolCallName: 'search' },
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'b', role: 'assistant', delta: 'Three.' },
      { type: 'RUN_FINISHED', threadId, runId, outcome: { type: 'success' } },
    ];
    const heard = await ask();
    expect([heard.text, heard.progress]).toEqual(['One two.\n\nThree.', ['search']]);
  });

  it('answers by its last message where it streamed none', async () => {
    server.events = ({ threadId, runId }) => [
      { type: 'RUN_STARTED', threadId, runId },
      { type: 'MESSAGES_SNAPSHOT', messages: [{ id: '1', role: 'assistant', content: 'All at once.' }] },
      { type: 'RUN_FINISHED', threadId, runId },
    ];
    expect((await ask()).text).toBe('All at once.');
  });

  it('gives tables and charts as plain data', async () => {
    const value = { title: 'Leads', columns: ['name', 'score'], rows: [['Ada', 9]] };
    server.events = (input) => [
      ...aguiEvents(input, ['See the table.']).slice(0, -1),
      { type: 'CUSTOM', name: 'table', value },
      { type: 'CUSTOM', name: 'chart', value: { ...value, spec: { mark: 'bar' } } },
      { type: 'CUSTOM', name: 'run_this', value },
      { type: 'RUN_FINISHED', threadId: input.threadId, runId: input.runId, result: { tables: [value] } },
    ];
    const { tables } = await ask();
    expect(tables.map(({ kind, rows }) => [kind, rows])).toEqual([
      ['table', [{ name: 'Ada', score: 9 }]],
      ['chart', [{ name: 'Ada', score: 9 }]],
      ['table', [{ name: 'Ada', score: 9 }]],
    ]);
  });

  it.each([
    ['hangs after some text', { after: 4, how: 'hang' }, 'CREW_TIMEOUT'],
    ['dies mid-stream', { after: 4, how: 'reset' }, 'CREW_INTERRUPTED'],
    ['ends without saying so', { after: 4, how: 'end' }, 'CREW_INTERRUPTED'],
    ['sends garbage after some text', { after: 4, how: 'garbage' }, 'CREW_BAD_ANSWER'],
  ] as const)('leaves what it said where it %s', async (_how, fault, code) => {
    if (fault.how === 'hang') built = build(500);
    server.aguiFault = fault;
    const heard = await ask();
    expect(heard.text).toBe('Hello ');
    expect(heard.error).toMatchObject({ code, started: true, retriable: true });
    expect(server.requests).toHaveLength(1);
    const again = await ask(never, { reference: heard.references.at(-1) });
    expect(again.error).toMatchObject({ code: 'CREW_OUTCOME_UNKNOWN' });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['hangs before anything', { after: 0, how: 'hang' }, 'CREW_TIMEOUT'],
    ['dies before anything', { after: 0, how: 'reset' }, 'CREW_INTERRUPTED'],
    ['sends nothing but garbage', { after: 0, how: 'garbage' }, 'CREW_BAD_ANSWER'],
  ] as const)('is asked once where it %s', async (_how, fault, code) => {
    if (fault.how === 'hang') built = build(500);
    server.aguiFault = fault;
    expect((await ask()).error).toMatchObject({ code, started: true });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['does not begin with a start', [{ type: 'TEXT_MESSAGE_START', messageId: 'a' }]],
    ['says nothing', [{ type: 'RUN_STARTED' }, { type: 'RUN_FINISHED' }]],
    ['sends what is no event', [{ type: 'RUN_STARTED' }, { kind: 'x' }]],
  ])('is refused where it %s', async (_how, events) => {
    server.events = () => events;
    expect((await ask()).error).toMatchObject({ code: 'CREW_BAD_ANSWER' });
  });

  it('is refused where it answers with something else than a stream', async () => {
    server.fault({ on: 'POST /agui', body: { response: 'x' } });
    expect((await ask()).error).toMatchObject({ code: 'CREW_BAD_ANSWER' });
  });

  it('is refused where an event is too large', async () => {
    server.events = (input) => aguiEvents(input, ['x'.repeat(1_100_000)]);
    expect((await ask()).error).toMatchObject({ code: 'CREW_BAD_ANSWER' });
  });

  it.each([
    ['AGUI_CREWAI_CONVERSATION_CAPACITY', 'CREW_BUSY', false],
    ['AGUI_CREWAI_CONVERSATION_THREAD_BUSY', 'CREW_BUSY', false],
    ['AGUI_CREWAI_FLOW_TIMEOUT', 'CREW_TIMEOUT', true],
    ['AGUI_CREWAI_FLOW_ERROR_ValueError', 'CREW_FAILED', true],
    [undefined, 'CREW_FAILED', true],
  ])('that fails with %s is %s', async (code, expected, started) => {
    server.events = ({ threadId, runId }) => [
      { type: 'RUN_STARTED', threadId, runId },
      { type: 'RUN_ERROR', message: 'canary at 10.0.0.7', code },
    ];
    const { error } = await ask();
    expect(error).toMatchObject({ code: expected, started, retriable: true });
    expect(JSON.stringify([error?.detail, String(error?.cause)])).not.toContain('canary');
  });

  it('is not listened to any more when it is stopped, and is not said to have stopped', async () => {
    server.aguiFault = { after: 4, how: 'hang' };
    const stop = new AbortController();
    const heard = await hear(built.crews.run(crewTask(), stop.signal), (event) => {
      if (event.type === 'delta') stop.abort();
    });
    expect([heard.text, heard.error?.name]).toEqual(['Hello ', 'AbortError']);
    await until(() => server.left === 1, 'the stream is closed');
    expect(await built.outcomes()).toEqual({ left: 1 });
  });

  it('does not count the time that its reader takes', async () => {
    built = build(1000);
    const heard = await hear(built.crews.run(crewTask(), never), async (event) => {
      if (event.type === 'progress') await new Promise((resolve) => setTimeout(resolve, 1300));
    });
    expect(heard.text).toBe('Hello from AG-UI.');
  });

  it('is heard only once where it finishes twice', async () => {
    server.events = (input) => {
      const events = aguiEvents(input, ['Once.']);
      return [
        ...events,
        { type: 'TEXT_MESSAGE_CHUNK', messageId: 'z', delta: 'Twice.' },
        ...events.slice(-1),
      ];
    };
    const heard = await ask();
    expect(heard.text).toBe('Once.');
    expect(heard.events.filter(({ type }) => type === 'end')).toHaveLength(1);
  });

  it('waits for a person, and goes on in the same thread with another run', async () => {
    const interrupts = [
      { id: 'int-1', reason: 'confirmation', message: 'Send it?' },
      { id: 'int-2', reason: 'confirmation', message: 'Now?' },
    ];
    const outcome = { type: 'interrupt', interrupts };
    server.events = (input) =>
      input.resume ? aguiEvents(input, ['Sent.']) : aguiEvents(input, ['A draft.'], { outcome });
    const first = await ask();
    expect(first.last).toEqual({
      type: 'needs_human',
      question: { ids: ['int-1', 'int-2'], text: 'Send it?\nNow?' },
    });
    const decision = { ids: ['int-1', 'int-2'], approved: false, comment: 'No.' };
    const second = await hear(
      built.crews.resume(crewTask({ reference: first.references.at(-1) }), decision, never),
    );
    expect(second.text).toBe('Sent.');
    const [asked, resumed] = bodies();
    expect(resumed.threadId).toBe(asked.threadId);
    expect(resumed.runId).not.toBe(asked.runId);
    const payload = { approved: false, comment: 'No.' };
    expect(resumed.resume).toEqual(
      ['int-1', 'int-2'].map((interruptId) => ({ interruptId, status: 'resolved', payload })),
    );
  });
});

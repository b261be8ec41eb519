import { type CrewServer, startCrewServer } from '../../../test/support/crew-server.js';
import { buildCrews, type BuiltCrews, crewTask, hear } from '../../../test/support/crews.js';
import { CREW_LINE_LIMITS } from '../wire/crew-line.js';

const never = new AbortController().signal;
const SECRET = 'crew-token-canary';

describe('a crew that speaks the original contract', () => {
  let server: CrewServer;
  let built: BuiltCrews;

  beforeEach(async () => {
    server = await startCrewServer({ token: SECRET });
    built = buildCrews({ CREW_AI_SERVICE_URL: `${server.url}/`, CREW_AI_TOKEN: SECRET });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await server.close();
  });

  const ask = (signal = never) => hear(built.crews.run(crewTask({ maxTokens: 2500 }), signal));

  it('is asked as the platform asks it', async () => {
    await ask();
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect([request?.method, request?.path]).toEqual(['POST', '/agents/lead-analysis']);
    expect(request?.headers).toMatchObject({
      'x-user-role': 'user',
      'x-request-id': crewTask().runId,
      authorization: `Bearer ${SECRET}`,
      'content-type': 'application/json',
    });
    expect(request?.body).toEqual({
      query: 'Which leads are hot?',
      context: {
        tenant_id: 'tenant-1',
        user_role: 'user',
        dashboard_context: { current_page: 'leads' },
        current_page: 'leads',
        recent_actions: [],
        preferences: {},
      },
      message_history: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi' },
      ],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      user_role: 'user',
      tenant_id: 'tenant-1',
      max_tokens: 2500,
    });
  });

  it('gets the last ten messages and no more', async () => {
    const past = Array.from({ length: 25 }, (_, index) => ({ role: 'user' as const, content: `m${index}` }));
    await hear(built.crews.run(crewTask({ past }), never));
    expect(server.requests[0]?.body.message_history.map(({ content }: any) => content)).toEqual(
      past.slice(-10).map(({ content }) => content),
    );
  });

  it('is asked for general questions where an agent has no path of its own', async () => {
    await hear(built.crews.run(crewTask({ agent: { name: 'event_planner' } }), never));
    expect(server.requests[0]?.path).toBe('/agents/general-query');
  });

  it('answers with text and what belongs to it', async () => {
    const heard = await ask();
    expect(heard.text).toBe('You asked: Which leads are hot?');
    expect(heard.last).toEqual({
      type: 'end',
      result: {
        contract: 'sync',
        confidence: 0.8,
        suggestedActions: ['Show more'],
        tokensUsed: 42,
        metadata: {},
      },
    });
    expect(await built.outcomes()).toEqual({ answered: 1 });
  });

  it('may leave every field but the text out', async () => {
    server.reply = () => ({ response: 'Short.' });
    expect(await ask()).toMatchObject({
      text: 'Short.',
      last: { result: { confidence: null, suggestedActions: [], tokensUsed: null, metadata: {} } },
    });
  });

  it('has its words cut into pieces and put together again', async () => {
    const response = 'Zeilen über 🎯 Ziele. '.repeat(2000);
    server.reply = () => ({ response });
    const heard = await ask();
    expect(heard.text).toBe(response);
    expect(heard.events.length).toBeGreaterThan(5);
  });

  it('is said to begin before it is asked, and is never asked again for the same run', async () => {
    const references: unknown[] = [];
    await hear(built.crews.run(crewTask(), never), (event) => {
      if (event.type === 'reference') references.push([event.reference, server.requests.length]);
    });
    expect(references).toEqual([[{ contract: 'sync', agent: 'lead_analyzer', phase: 'starting' }, 0]]);
    const [[reference]] = references as [[unknown]];
    const again = await hear(built.crews.run(crewTask({ reference }), never));
    expect(again.error).toMatchObject({ code: 'CREW_OUTCOME_UNKNOWN', started: true, retriable: true });
    expect(server.count('POST')).toBe(1);
  });

  it.each([
    [401, 'CREW_REFUSED_KEY', 1, false, false],
    [403, 'CREW_REFUSED_KEY', 1, false, false],
    [400, 'CREW_REFUSED', 1, false, false],
    [404, 'CREW_REFUSED', 1, false, false],
    [302, 'CREW_REFUSED', 1, false, false],
    [503, 'CREW_BUSY', 3, true, false],
    [429, 'CREW_BUSY', 3, true, false],
    [500, 'CREW_FAILED', 1, true, true],
    [502, 'CREW_FAILED', 1, true, true],
    [504, 'CREW_FAILED', 1, true, true],
  ])('status %i is %s after %i tries', async (status, code, tries, retriable, started) => {
    server.fault({
      on: 'POST /agents',
      status,
      headers: { location: `${server.url}/elsewhere` },
      body: { detail: 'canary of the crew' },
    });
    const { error, references } = await ask();
    expect(error).toMatchObject({ code, retriable, started });
    expect(server.requests).toHaveLength(tries);
    expect(references.at(-1)).toEqual(started ? expect.objectContaining({ phase: 'starting' }) : null);
    expect(JSON.stringify([error?.detail, error?.message, String(error?.cause)])).not.toMatch(
      /canary|127\.0/,
    );
    expect(await built.outcomes()).toEqual({ [code]: 1 });
  });

  it('comes back after it was busy', async () => {
    server.fault({ on: 'POST /agents', status: 503, times: 2 });
    expect((await ask()).text).toContain('hot?');
  });

  it('that asks for a long wait is not waited for', async () => {
    server.fault({ on: 'POST /agents', status: 503, headers: { 'retry-after': '60' } });
    expect((await ask()).error).toMatchObject({ code: 'CREW_BUSY', retryAfter: 60 });
    expect(server.requests).toHaveLength(1);
  });

  it('is not asked again once it may have begun', async () => {
    server.fault({ on: 'POST /agents', reset: true, afterWork: true });
    expect((await ask()).error).toMatchObject({ code: 'CREW_INTERRUPTED', started: true, retriable: true });
    server.behave();
    built = buildCrews({ CREW_AI_SERVICE_URL: server.url, CREW_AI_TOKEN: SECRET }, { silence: 500 });
    server.fault({ on: 'POST /agents', hang: true });
    expect((await ask()).error).toMatchObject({ code: 'CREW_TIMEOUT', started: true, retriable: true });
    expect(server.requests).toHaveLength(2);
  });

  it('that is not there has certainly not begun', async () => {
    await server.close();
    const heard = await ask();
    expect(heard.error).toMatchObject({ code: 'CREW_UNAVAILABLE', started: false, retriable: true });
    expect(heard.references.at(-1)).toBeNull();
  });

  it.each([
    ['a page', '<html>It works</html>'],
    ['nothing', ''],
    ['a list', [1, 2]],
    ['null', 'null'],
    ['no text', { metadata: { a: 1 } }],
    ['text that is none', { response: { text: 'x' } }],
    ['blanks', { response: ' \n ' }],
    ['deep nesting', `{"response":"x","metadata":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['too much', `{"response":"${'x'.repeat(2_200_000)}"}`],
    ['a text that is too long', { response: 'x'.repeat(1_000_001) }],
  ])('is refused where it answers %s', async (_what, body) => {
    server.fault({ on: 'POST /agents', body });
    expect((await ask()).error).toMatchObject({ code: 'CREW_BAD_ANSWER', started: true, retriable: true });
    expect(server.requests).toHaveLength(1);
  });

  it('is left when it is stopped, and its late answer is not heard', async () => {
    server.fault({ on: 'POST /agents', delay: 150 });
    const stop = new AbortController();
    const running = hear(built.crews.run(crewTask(), stop.signal));
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    const heard = await running;
    expect(heard.error?.name).toBe('AbortError');
    expect(heard.text).toBe('');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await built.outcomes()).toEqual({ left: 1 });
  });

  it('is spared after failures in a row, and asked again when the pause is over', async () => {
    built = buildCrews(
      { CREW_AI_SERVICE_URL: server.url, CREW_AI_TOKEN: SECRET },
      { limits: { failures: 2 } },
    );
    server.fault({ on: 'POST /agents', status: 500 });
    await ask();
    await ask();
    await expect(built.crews.check(never)).rejects.toThrow('left alone');
    expect((await ask()).error).toMatchObject({ code: 'CREW_UNAVAILABLE', started: false });
    expect(server.requests).toHaveLength(2);
    server.behave();
    const later = Date.now() + CREW_LINE_LIMITS.pause;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    expect((await ask()).text).toContain('hot?');
    await expect(built.crews.check(never)).resolves.toBeUndefined();
  });
});

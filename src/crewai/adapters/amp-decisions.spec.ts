import { type CrewServer, startCrewServer } from '../../../test/support/crew-server.js';
import { buildCrews, type BuiltCrews, crewTask, hear } from '../../../test/support/crews.js';

const never = new AbortController().signal;

describe('a decision for a crew on CrewAI AMP', () => {
  let server: CrewServer;
  let built: BuiltCrews;
  beforeEach(async () => {
    server = await startCrewServer();
    server.amp.waitsFor = 'draft_task';
    built = buildCrews({ CREW_AI_SERVICE_URL: server.url, CREW_AI_CONTRACT: 'amp' });
  });
  afterEach(() => server.close());

  const asked = async () => (await hear(built.crews.run(crewTask(), never))).references.at(-1);
  const decide = (reference: unknown, taskId = 'draft_task') => {
    const decision = { ids: [taskId], approved: true, comment: '' };
    return hear(built.crews.resume(crewTask({ reference }), decision, never));
  };

  it('is followed by polls where nobody knows whether it reached the crew', async () => {
    const reference = await asked();
    server.fault({ on: 'POST /resume', reset: true, afterWork: true });
    expect((await decide(reference)).text).toBe('The crew is done.');
    expect(server.count('POST /resume')).toBe(1);
  });

  it('is asked for again where it did not reach the crew', async () => {
    const reference = await asked();
    server.fault({ on: 'POST /resume', reset: true });
    const { last } = await decide(reference);
    expect(last).toMatchObject({ type: 'needs_human', question: { ids: ['draft_task'] } });
  });

  it('is not needed any more where somebody decided meanwhile', async () => {
    const reference = await asked();
    const [work] = server.amp.works;
    if (work) work.state = 'running';
    expect((await decide(reference)).text).toBe('The crew is done.');
    expect(server.count('POST /resume')).toBe(1);
  });

  it('is asked for again where the crew refuses it and waits on', async () => {
    const { last, error } = await decide(await asked(), 'another_task');
    expect(error).toBeUndefined();
    expect(last).toMatchObject({ type: 'needs_human' });
  });

  it.each([
    ['the crew is gone', 'CREW_INTERRUPTED'],
    ['the key does not hold any more', 'CREW_REFUSED_KEY'],
  ])('fails where %s, and nothing else may answer for a crew that works', async (_why, code) => {
    const reference = await asked();
    if (code === 'CREW_INTERRUPTED') await server.close();
    else server.fault({ on: 'POST /resume', status: 401 });
    expect((await decide(reference)).error).toMatchObject({ code, started: true });
  });
});

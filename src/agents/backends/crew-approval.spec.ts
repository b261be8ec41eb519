import { allOf, buildCrewBackend, crewTurn } from '../../../test/support/crew-backend.js';
import { aguiEvents, type CrewServer, startCrewServer } from '../../../test/support/crew-server.js';
import type { ApprovalDecision } from '../agents.contract.js';
import type { AssignedTurn } from './agent-backend.js';

describe('a crew that waits for a person', () => {
  let server: CrewServer;
  beforeEach(async () => {
    server = await startCrewServer();
    server.amp.waitsFor = 'draft_task';
  });
  afterEach(() => server.close());

  const answer = (turn: AssignedTurn = crewTurn(), more: Record<string, string> = {}) =>
    allOf(
      buildCrewBackend({ CREW_AI_SERVICE_URL: server.url, CREW_AI_CONTRACT: 'amp', ...more }),
      JSON.parse(JSON.stringify(turn)) as AssignedTurn,
    );
  const waits = async () => {
    const { events, last, references } = await answer();
    if (last?.type !== 'approval') throw new Error('It does not wait');
    return { events, request: last.request, reference: references.at(-1) };
  };
  const decided = (
    { request, reference }: Awaited<ReturnType<typeof waits>>,
    decision: Pick<ApprovalDecision, 'state' | 'comment'>,
  ) => crewTurn({ backendRef: reference, decision: { ...request, ...decision } });

  it('asks for an approval, and nothing else', async () => {
    const { events, request, reference } = await waits();
    expect(request).toEqual({
      approvalId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      step: `crew:${request.approvalId}`,
      tool: 'crew_input',
      arguments: { question: 'Is this draft fine?' },
    });
    expect(reference).toMatchObject({
      contract: 'amp',
      id: server.amp.works[0]?.id,
      waits: { approvalId: request.approvalId, ids: ['draft_task'] },
    });
    expect(events.at(-2)).toMatchObject({ type: 'reference' });
    expect(events.some(({ type }) => type === 'delta' || type === 'end')).toBe(false);
  });

  it.each([
    ['approved', 'Shorter, please.', true, 'Shorter, please.'],
    ['approved', null, true, ''],
    ['refused', 'Not yet.', false, 'Not yet.'],
    ['expired', null, false, 'Nobody decided in time.'],
  ] as const)('goes on where it is %s (%s)', async (state, comment, approved, feedback) => {
    const heard = await answer(decided(await waits(), { state, comment }));
    expect(heard.text).toBe('The crew is done.');
    expect(server.amp.works).toHaveLength(1);
    expect(server.amp.works[0]?.decisions).toMatchObject([
      { task_id: 'draft_task', is_approve: approved, human_feedback: feedback },
    ]);
  });

  it('is told a decision once, though the node dies after telling it', async () => {
    const taken = decided(await waits(), { state: 'approved', comment: null });
    const [kept] = (await answer(taken)).references;
    expect(kept).not.toHaveProperty('waits');
    const again = await answer({ ...taken, backendRef: kept });
    expect(again.text).toBe('The crew is done.');
    expect(server.count('POST /resume')).toBe(1);
  });

  it('is asked again, and not told what was decided before, where it waits for something else', async () => {
    const { request, reference } = await waits();
    const approvalId = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a12';
    const decision = { ...request, approvalId, state: 'approved' as const, comment: null };
    const { last } = await answer(crewTurn({ backendRef: reference, decision }));
    expect(last).toMatchObject({ type: 'approval' });
    expect(server.count('POST /resume')).toBe(0);
  });

  it('goes on where somebody else decided meanwhile', async () => {
    const asked = await waits();
    const [work] = server.amp.works;
    if (work) work.state = 'running';
    const heard = await answer(decided(asked, { state: 'approved', comment: null }));
    expect(heard.text).toBe('The crew is done.');
  });

  it('fails where the decision cannot be brought to it', async () => {
    const asked = await waits();
    await server.close();
    await expect(answer(decided(asked, { state: 'approved', comment: null }))).rejects.toMatchObject({
      code: 'CREW_INTERRUPTED',
      started: true,
    });
  });

  it('asks nobody who may not decide, and says where it can be decided', async () => {
    const { principal } = crewTurn();
    const { text, result } = await answer(crewTurn({ principal: { ...principal, role: 'readonly' } }));
    expect(text).toContain('> Is this draft fine?');
    expect(result?.notes).toMatchObject({ crew: { status: 'needs_human', ids: ['draft_task'] } });
  });

  it('says so where it cannot be told the decision from here', async () => {
    server.events = (body) =>
      aguiEvents(body, ['A draft.'], {
        outcome: { type: 'interrupt', interrupts: [{ id: 'i1', message: 'Is it fine?\nSay so.' }] },
      });
    const agents = { lead_analyzer: { url: `${server.url}/agui`, contract: 'agui' } };
    const { text, result } = await answer(crewTurn(), { CREW_AI_AGENTS: JSON.stringify(agents) });
    expect(text).toContain('waits for a person');
    expect(text).toContain('> Is it fine?\n> Say so.');
    expect(result).toMatchObject({
      engine: 'crew',
      notes: { crew: { status: 'needs_human', ids: ['i1'] } },
    });
  });
});

import { Logger } from '@nestjs/common';
import { allOf, buildCrewBackend, crewTurn } from '../../../test/support/crew-backend.js';
import { type CrewServer, startCrewServer } from '../../../test/support/crew-server.js';
import { startModelServer } from '../../../test/support/model-server.js';
import type { PastMessage } from '../../conversations/conversations.reader.js';
import { AgentBackend, type AssignedTurn, type BackendEvent } from './agent-backend.js';
import { CrewOrOther } from './crew-or-other.backend.js';

const PAST: PastMessage[] = [{ role: 'user', content: 'Hello', place: 1, at: 1 }];

class Other extends AgentBackend {
  async *run(): AsyncGenerator<BackendEvent> {
    await Promise.resolve();
    yield { type: 'delta', text: 'From the skills.' };
    yield {
      type: 'end',
      result: { engine: 'local', model: null, usage: null, sources: [], notes: { skill: 'help' } },
    };
  }
}

describe('an agent that a crew serves', () => {
  let server: CrewServer;
  beforeEach(async () => {
    server = await startCrewServer();
  });
  afterEach(() => server.close());

  function backend(env: Record<string, string> = {}) {
    const wait = { ENHANCED_RESPONSES_WAIT_MS: '60000' };
    return buildCrewBackend({ CREW_AI_SERVICE_URL: server.url, ...wait, ...env });
  }
  const answer = (turn: AssignedTurn = crewTurn(), env: Record<string, string> = {}) =>
    allOf(new CrewOrOther(backend(env), () => new Other()), turn);

  it('is asked at its path, with the conversation and the limit of the assistant', async () => {
    await answer(crewTurn({ past: PAST }));
    expect(server.requests[0]).toMatchObject({
      path: '/agents/lead-analysis',
      body: { query: 'Which leads are hot?', max_tokens: 2500 },
    });
    expect(server.requests[0]?.body.message_history).toEqual([{ role: 'user', content: 'Hello' }]);
  });

  it('answers as a crew', async () => {
    expect(await answer()).toMatchObject({
      text: 'You asked: Which leads are hot?',
      statuses: ['Asking the crew'],
      result: {
        engine: 'crew',
        usage: { provider: 'crew', model: 'lead_analyzer', outputTokens: 42 },
        suggestedActions: ['Show more'],
        notes: { crew: { status: 'answered', contract: 'sync', confidence: 0.8 } },
      },
    });
  });

  it('keeps its own suggestions where the crew has none', async () => {
    server.reply = () => ({ response: 'x' });
    expect((await answer()).result).toEqual({
      engine: 'crew',
      model: null,
      usage: null,
      sources: [],
      notes: {
        crew: { status: 'answered', contract: 'sync', confidence: null, metadata: {} },
        enhanced: false,
      },
    });
  });

  it('shows tables and charts as parts after its text', async () => {
    const columns = ['name', 'score'];
    const rows = [
      ['Ada', 9],
      ['Grace', 7],
    ];
    const spec = { mark: 'bar', encoding: { x: { field: 'name' }, y: { field: 'score' } } };
    const tables = [{ title: 'Leads', columns, rows }];
    const charts = [
      { title: 'Scores', columns, rows, spec },
      { title: 'Broken', columns, rows, spec: {} },
    ];
    server.reply = () => ({ response: 'See:', metadata: { tables, charts } });
    const { events, text } = await answer();
    expect(text).toBe('See:\n\nA chart of the crew cannot be drawn and is shown as a table: Broken.');
    const shown = events.filter(({ type }) => type === 'delta' || type === 'part');
    expect(shown).toMatchObject([
      { type: 'delta', text: 'See:' },
      { part: { type: 'table', source: 'Leads (crew lead_analyzer)', total: 2 } },
      { part: { type: 'chart', title: 'Scores', source: 'crew lead_analyzer' } },
      { type: 'delta' },
      { part: { type: 'table', source: 'crew lead_analyzer' } },
    ]);
  });

  it('is reworded by the model where it is whole, with the tokens of both, and its figures stay', async () => {
    const model = await startModelServer({ reply: () => ['Reworded.'] });
    server.reply = () => ({ response: 'Raw.', tokens_used: 42, tables: [{ columns: ['n'], rows: [[1]] }] });
    const { text, events, result } = await answer(crewTurn(), { OPENAI_BASE_URL: model.url });
    expect(text).toBe('Reworded.');
    expect(events.filter(({ type }) => type === 'part')).toHaveLength(1);
    expect(result).toMatchObject({
      engine: 'crew',
      usage: { provider: 'crew', outputTokens: 43, inputTokens: expect.any(Number) },
      notes: { enhanced: true },
    });
    expect(result?.model).not.toBeNull();
    expect(result?.usage?.inputTokens).toBeGreaterThan(0);
    await model.close();
  });

  it('streams by AG-UI unchanged, though a model is there', async () => {
    const model = await startModelServer({ reply: () => ['Reworded.'] });
    const agui = { url: `${server.url}/agui`, contract: 'agui' };
    const { text, result } = await answer(crewTurn(), {
      OPENAI_BASE_URL: model.url,
      CREW_AI_AGENTS: JSON.stringify({ lead_analyzer: agui }),
    });
    expect(text).toBe('Hello from AG-UI.');
    expect(result?.notes).toMatchObject({ enhanced: false });
    expect(model.requests).toHaveLength(0);
    await model.close();
  });

  it('is answered for without the crew where that is down, and says so', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    await server.close();
    const heard = await answer();
    expect(warned).toHaveBeenCalledWith(
      expect.objectContaining({ run_id: crewTurn().runId, agent: 'lead_analyzer', code: 'CREW_UNAVAILABLE' }),
      expect.any(String),
    );
    warned.mockRestore();
    expect(heard).toMatchObject({
      text: 'From the skills.',
      statuses: ['Asking the crew', 'The crew does not answer. Answering without it.'],
      result: {
        engine: 'local',
        notes: { skill: 'help', crew: { status: 'down', code: 'CREW_UNAVAILABLE' } },
      },
    });
    expect(heard.references).toEqual([expect.objectContaining({ phase: 'starting' }), null]);
  });

  it('is not answered for twice where the crew may have begun', async () => {
    server.fault({ on: 'POST /agents', reset: true, afterWork: true });
    await expect(answer()).rejects.toMatchObject({ code: 'CREW_INTERRUPTED', retriable: true });
  });

  it('goes on with what was begun, though the crew would not be chosen any more', async () => {
    server.amp.pollsToFinish = 0;
    const env = { CREW_AI_CONTRACT: 'amp' };
    const first = await answer(crewTurn(), env);
    const taken = crewTurn({ backendRef: first.references.at(-1) });
    expect(backend(env).takes(taken)).toBe(true);
    expect((await answer(taken, env)).text).toBe('The crew is done.');
    expect(server.count('POST /kickoff')).toBe(1);
  });

  it('leaves to other backends what they began', () => {
    expect(backend().takes(crewTurn())).toBe(true);
    expect(backend().takes(crewTurn({ backendRef: { continuation: [] } }))).toBe(false);
  });

  it('does not begin anew where what was kept cannot be read', async () => {
    const taken = crewTurn({ backendRef: { contract: 'telepathy', phase: 'started' } });
    expect(backend().takes(taken)).toBe(true);
    await expect(answer(taken)).rejects.toMatchObject({ code: 'CREW_OUTCOME_UNKNOWN' });
    expect(server.requests).toHaveLength(0);
  });

  it('is nobody of the crews where none is configured', () => {
    expect(buildCrewBackend({}).takes(crewTurn())).toBe(false);
  });
});

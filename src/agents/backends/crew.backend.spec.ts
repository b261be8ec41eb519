import { Logger } from '@nestjs/common';
import { type CrewServer, startCrewServer } from '../../../test/support/crew-server.js';
import { buildCrews } from '../../../test/support/crews.js';
import { AssistantsService } from '../../assistants/assistants.service.js';
import type { PastMessage } from '../../conversations/conversations.reader.js';
import { AgentRegistry } from '../agent-registry.service.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from '../agent-definitions.js';
import { AgentBackend, type AssignedTurn, type BackendEvent } from './agent-backend.js';
import { CrewBackend } from './crew.backend.js';

const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER));
const assistants = new AssistantsService(registry);
const never = new AbortController().signal;
const PAST: PastMessage[] = [{ role: 'user', content: 'Hello' }];

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

function turn(more: Partial<AssignedTurn> = {}): AssignedTurn {
  return {
    runId: '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11',
    sessionId: 's',
    principal: { tenantId: 't', userId: 'u', role: 'user', email: null },
    question: { id: 'q', content: 'Which leads are hot?' },
    agentName: null,
    context: {},
    assistant: assistants.forRole('user'),
    choice: { agent: registry.get('lead_analyzer'), confidence: 0.9, how: 'ranked' },
    ...more,
  };
}

describe('an agent that a crew serves', () => {
  let server: CrewServer;
  const read: string[] = [];
  beforeEach(async () => {
    server = await startCrewServer();
    read.length = 0;
  });
  afterEach(() => server.close());

  function backend(env: Record<string, string> = {}) {
    const conversations = {
      messagesBefore: (_who: unknown, _session: string, question: string) => {
        read.push(question);
        return Promise.resolve(PAST);
      },
    };
    const { crews } = buildCrews({ CREW_AI_SERVICE_URL: server.url, ...env });
    return new CrewBackend(crews, conversations, () => new Other());
  }
  async function answer(with_: AssignedTurn = turn(), env: Record<string, string> = {}) {
    const events: BackendEvent[] = [];
    for await (const event of backend(env).run(with_, never)) events.push(event);
    const text = events.map((event) => (event.type === 'delta' ? event.text : '')).join('');
    const statuses = events.flatMap((event) => (event.type === 'status' ? [event.text] : []));
    const last = events.at(-1);
    return { events, text, statuses, result: last?.type === 'end' ? last.result : undefined };
  }

  it('is asked at its path, with the conversation and the limit of the assistant', async () => {
    await answer();
    expect(server.requests[0]).toMatchObject({
      path: '/agents/lead-analysis',
      body: { query: 'Which leads are hot?', message_history: PAST, max_tokens: 2500 },
    });
    expect(read).toEqual(['q']);
    await answer(turn({ past: [{ role: 'user', content: 'At hand' }] }));
    expect(server.requests[1]?.body.message_history).toEqual([{ role: 'user', content: 'At hand' }]);
    expect(read).toEqual(['q']);
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
      notes: { crew: { status: 'answered', contract: 'sync', confidence: null, metadata: {} } },
    });
  });

  it('shows tables in its text', async () => {
    const tables = [
      {
        title: 'Leads',
        columns: ['name', 'a|b'],
        rows: [
          ['Ada\nL', 9],
          ['Grace', null],
        ],
      },
    ];
    server.reply = () => ({ response: 'See:', metadata: { tables } });
    expect((await answer()).text).toBe(
      'See:\n\n**Leads**\n\n| name | a\\|b |\n| --- | ---: |\n| Ada L | 9 |\n| Grace |  |\n',
    );
  });

  it('is answered for without the crew where that is down, and says so', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    await server.close();
    const heard = await answer();
    expect(warned).toHaveBeenCalledWith(
      expect.objectContaining({ run_id: turn().runId, agent: 'lead_analyzer', code: 'CREW_UNAVAILABLE' }),
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
    const references = heard.events.flatMap((event) => (event.type === 'reference' ? [event.reference] : []));
    expect(references).toEqual([expect.objectContaining({ phase: 'starting' }), null]);
  });

  it('is not answered for twice where the crew may have begun', async () => {
    server.fault({ on: 'POST /agents', reset: true, afterWork: true });
    await expect(answer()).rejects.toMatchObject({ code: 'CREW_INTERRUPTED', retriable: true });
  });

  it('goes on with what was begun, though the crew would not be chosen any more', async () => {
    server.amp.pollsToFinish = 0;
    const env = { CREW_AI_CONTRACT: 'amp' };
    const first = await answer(turn(), env);
    const reference = first.events.findLast((event) => event.type === 'reference')?.reference;
    const taken = turn({ backendRef: reference });
    expect(backend(env).takes(taken)).toBe(true);
    expect((await answer(taken, env)).text).toBe('The crew is done.');
    expect(server.count('POST /kickoff')).toBe(1);
  });

  it('tells what a crew wants to have decided', async () => {
    server.amp.waitsFor = 'draft_task';
    const { text, result } = await answer(turn(), { CREW_AI_CONTRACT: 'amp' });
    expect(text).toContain('waits for a person');
    expect(text).toContain('> Is this draft fine?');
    expect(result).toMatchObject({
      engine: 'crew',
      notes: { crew: { status: 'needs_human', ids: ['draft_task'] } },
    });
  });

  it('is nobody of the crews where none is configured', () => {
    const { crews } = buildCrews({});
    const none = new CrewBackend(crews, { messagesBefore: () => Promise.resolve([]) }, () => new Other());
    expect(none.takes(turn())).toBe(false);
  });
});

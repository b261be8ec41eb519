import { randomUUID } from 'node:crypto';
import { type RunningApp, startApp } from '../support/app.js';
import { asked, decide, ended, eventsOf } from '../support/approvals.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { type CrewServer, startCrewServer } from '../support/crew-server.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const QUESTION = 'Which leads are hot?';

describe('a crew on CrewAI AMP that waits for a person', () => {
  let crew: CrewServer;
  let database: TestDatabase;
  let nodes: RunningApp[];
  let here: Client;
  let there: Client;

  beforeAll(async () => {
    crew = await startCrewServer();
    database = await createTestDatabase();
    const env = {
      ...AUTH_ENV,
      DATABASE_URL: database.url,
      CREW_AI_SERVICE_URL: crew.url,
      CREW_AI_CONTRACT: 'amp',
    };
    nodes = [await startApp(env), await startApp(env)];
  });
  afterAll(async () => {
    for (const node of nodes ?? []) await node.close();
    await database?.drop();
    await crew?.close();
  });
  beforeEach(() => {
    crew.amp.waitsFor = 'draft_task';
    here = new Client(nodes[0]!.url);
    there = new Client(nodes[1]!.url, { tenant: here.tenant, user: here.user });
  });
  const waiting = () => asked(here, QUESTION, { agent_name: 'lead_analyzer' });

  it.each([
    [true, 'approved', 'Shorter, please.'],
    [false, 'refused', 'Not like this.'],
  ])('goes on with what is decided on another node (%s)', async (approved, state, comment) => {
    const kickoffs = crew.count('POST /kickoff');
    const { runId, approvalId } = await waiting();
    const { body } = await there.get('/chat/history/s');
    expect(body.active_run.approval).toMatchObject({
      approval_id: approvalId,
      tool: 'crew_input',
      arguments: { question: 'Is this draft fine?' },
      state: 'pending',
    });
    expect((await decide(there, runId, approvalId, approved, { comment })).status).toBe(200);
    const { event, message } = await ended(here, runId);
    expect(event).toBe('run.completed');
    expect(message).toMatchObject({
      content: 'The crew is done.',
      metadata: { engine: 'crew', crew: { status: 'answered', contract: 'amp' } },
    });
    expect(message.parts).toMatchObject([{ type: 'approval', approval_id: approvalId, state }]);
    expect(crew.count('POST /kickoff')).toBe(kickoffs + 1);
    expect(crew.amp.works.at(-1)?.decisions).toMatchObject([
      { task_id: 'draft_task', is_approve: approved, human_feedback: comment },
    ]);
  });

  it('is given no decision where the answer is stopped', async () => {
    const resumes = crew.count('POST /resume');
    const { runId } = await waiting();
    expect((await there.call('POST', `/chat/runs/${runId}/stop`)).status).toBe(200);
    const events = await eventsOf(here, runId);
    expect(events.at(-1)?.event).toBe('run.cancelled');
    expect(crew.count('POST /resume')).toBe(resumes);
    expect(crew.amp.works.at(-1)?.decisions).toEqual([]);
  });

  it.each([
    ['the answer is stopped', (runId: string) => there.call('POST', `/chat/runs/${runId}/stop`)],
    ['the session is deleted', () => there.call('DELETE', '/chat/session/s')],
  ])('is told to stop, once, where %s on another node', async (_, end) => {
    crew.amp.stoppable = true;
    const stops = crew.count('POST /stop');
    const { runId } = await waiting();
    expect((await end(runId)).status).toBeLessThan(300);
    await eventually(() => crew.amp.works.at(-1)?.state === 'stopped');
    const next = await here.send('How many leads are there?', {
      session_id: 'next',
      agent_name: 'lead_analyzer',
    });
    expect(next.status).toBe(202);
    expect(crew.count('POST /stop')).toBe(stops + 1);
  });

  it('does not hold up somebody who may decide nothing', async () => {
    const reader = new Client(nodes[0]!.url, { role: 'readonly' });
    const more = { agent_name: 'support_assistant', session_id: randomUUID() };
    const { status, body } = await reader.send('How do I add a user?', more);
    expect(status).toBe(200);
    expect(body.ai_response.content).toContain('> Is this draft fine?');
  });
});

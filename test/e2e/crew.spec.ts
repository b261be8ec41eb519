import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually, type SseEvent } from '../support/client.js';
import { aguiEvents, type CrewServer, startCrewServer } from '../support/crew-server.js';

const AGUI_AGENT = 'content_generator';
const AMP_AGENT = 'campaign_optimizer';

describe('agents that crews serve', () => {
  let crew: CrewServer;
  let app: RunningApp;
  let client: Client;

  beforeAll(async () => {
    crew = await startCrewServer();
    app = await startApp({
      ...AUTH_ENV,
      CREW_AI_SERVICE_URL: crew.url,
      CREW_AI_TIMEOUT: '20',
      CREW_AI_AGENTS: JSON.stringify({
        [AGUI_AGENT]: { url: `${crew.url}/agui`, contract: 'agui' },
        [AMP_AGENT]: { url: crew.url, contract: 'amp' },
      }),
      RUN_LEASE: '2',
    });
    client = new Client(app.url);
  });
  afterAll(async () => {
    await app?.close();
    await crew?.close();
  });
  beforeEach(() => crew.behave());

  const ask = (agent: string, more: Record<string, unknown> = {}) =>
    client.send('Which leads are hot?', { agent_name: agent, session_id: randomUUID(), ...more });
  const names = (events: readonly SseEvent[]) => events.map(({ event }) => event);
  const begin = async (agent: string) => {
    const socket = await client.socket();
    const sent = await socket.socket.emitWithAck('message:send', {
      content: 'Which leads are hot?',
      agent_name: agent,
      client_message_id: randomUUID(),
      session_id: randomUUID(),
    });
    const events = (): any[] =>
      socket.got
        .filter(({ name, body }) => name === 'answer' && body.run_id === sent.run_id)
        .map(({ body }) => body);
    const found = (event: string) => eventually(() => events().find((one) => one.event === event), 60_000);
    return { socket, runId: String(sent.run_id), found, events, leave: () => socket.socket.disconnect() };
  };

  it('answer by the original contract, and say which engine it was', async () => {
    const { status, body } = await ask('lead_analyzer');
    expect(status).toBe(200);
    expect(body.ai_response).toMatchObject({
      type: 'assistant',
      content: 'You asked: Which leads are hot?',
      agent_name: 'lead_analyzer',
      suggested_actions: ['Show more'],
      metadata: { engine: 'crew', tokens_used: 42, crew: { status: 'answered', contract: 'sync' } },
    });
    const asked = crew.requests.find(({ path }) => path === '/agents/lead-analysis');
    expect(asked?.headers).toMatchObject({ 'x-user-role': 'user', 'x-request-id': body.run_id });
  });

  it('stream by AG-UI and show what they do', async () => {
    crew.events = (input) => aguiEvents(input, ['A ', 'draft.']);
    const events = await client.stream({
      message: 'Write.',
      agent_name: AGUI_AGENT,
      session_id: randomUUID(),
    });
    const statuses = events.filter(({ event }) => event === 'run.status').map(({ data }) => data.text);
    expect(statuses).toEqual(['Asking the crew', 'research']);
    expect(names(events).at(-1)).toBe('run.completed');
    expect(events.at(-1)?.data.message).toMatchObject({ content: 'A draft.', metadata: { engine: 'crew' } });
  });

  it('are polled on CrewAI AMP', async () => {
    const { body } = await ask(AMP_AGENT);
    expect(body.ai_response).toMatchObject({
      content: 'The crew is done.',
      metadata: { engine: 'crew', crew: { contract: 'amp' } },
    });
  });

  it('are answered for by the local engine where they are down, and the metadata says so', async () => {
    crew.fault({ on: 'POST /agents', status: 503 });
    const { status, body } = await ask('lead_analyzer');
    expect(status).toBe(200);
    expect(body.ai_response.metadata).toMatchObject({
      engine: 'local',
      crew: { status: 'down', code: 'CREW_BUSY' },
    });
  });

  it('fail clearly where they may have begun, and a retry begins anew', async () => {
    crew.fault({ on: 'POST /agents', times: 1, body: '<html>nonsense</html>' });
    const events = await client.stream({
      message: 'x',
      agent_name: 'lead_analyzer',
      session_id: randomUUID(),
    });
    const last = events.at(-1);
    expect(last?.data).toMatchObject({
      event: 'run.failed',
      retriable: true,
      error: { code: 'CREW_BAD_ANSWER' },
    });
    const retry = await client.call('POST', `/chat/runs/${last?.data.run_id}/retry`);
    expect(retry.status).toBe(200);
    const again: SseEvent[] = [];
    for await (const event of client.events('GET', `/chat/runs/${retry.body.run_id}/events`))
      again.push(event);
    expect(names(again).at(-1)).toBe('run.completed');
  });

  it('are stopped by their user, keep what was shown, and are not heard any more', async () => {
    crew.events = (input) => aguiEvents(input, ['Half an answer']);
    crew.aguiFault = { after: 4, how: 'hang' };
    const left = crew.left;
    const run = await begin(AGUI_AGENT);
    await run.found('text.delta');
    expect((await client.call('POST', `/chat/runs/${run.runId}/stop`)).status).toBe(200);
    const end = await run.found('run.cancelled');
    expect(end.message).toMatchObject({ content: 'Half an answer', metadata: { state: 'cancelled' } });
    await eventually(() => crew.left > left);
    run.leave();
  });

  it('are told to stop where they can be', async () => {
    crew.amp.stoppable = true;
    crew.amp.pollsToFinish = Infinity;
    const run = await begin(AMP_AGENT);
    await eventually(() => run.events().some(({ text }) => text?.includes('research_task')));
    await client.call('POST', `/chat/runs/${run.runId}/stop`);
    expect((await run.found('run.cancelled')).message).toBeNull();
    await eventually(() => crew.amp.works.at(-1)?.state === 'stopped');
    crew.amp.pollsToFinish = 2;
    run.leave();
  });

  it('are polled on after a takeover, and not kicked off again', async () => {
    crew.amp.pollsToFinish = Infinity;
    const before = crew.amp.works.length;
    const run = await begin(AMP_AGENT);
    await eventually(() => run.events().some(({ text }) => text?.includes('research_task')));
    const [work] = crew.amp.works.slice(before);
    const db = new pg.Client({ connectionString: app.databaseUrl });
    await db.connect();
    const { rows } = await db.query('SELECT backend_ref FROM chat_runs WHERE id = $1', [run.runId]);
    expect(rows[0].backend_ref).toEqual({
      contract: 'amp',
      agent: AMP_AGENT,
      phase: 'started',
      id: work?.id,
    });
    await db.query(
      `UPDATE chat_runs SET lease_owner = 'a node that died', lease_until = clock_timestamp() - interval '1 second' WHERE id = $1`,
      [run.runId],
    );
    await db.end();
    crew.amp.finish(work?.id ?? '', 'Finished by whoever took over.');
    const end = await run.found('run.completed');
    expect(end).toMatchObject({ epoch: 2, message: { content: 'Finished by whoever took over.' } });
    expect(crew.amp.works).toHaveLength(before + 1);
    crew.amp.pollsToFinish = 2;
    run.leave();
  });

  it('are in the health report and in the metrics', async () => {
    const health: any = await (await fetch(`${app.url}/health`)).json();
    expect(health.crew_ai.status).toBe('up');
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toMatch(/crew_requests_total\{contract="sync",outcome="answered"\} \d/);
    expect(metrics).toMatch(/crew_requests_total\{contract="amp",outcome="stopped"\} 1/);
    expect(metrics).toMatch(/crew_requests_total\{contract="agui",outcome="left"\} 1/);
    expect(metrics).toMatch(/chat_runs_total\{state="completed",engine="crew"\} \d/);
  });

  it('report by webhook with the secret of a run alone (A42)', async () => {
    const path = `/chat/webhooks/crewai/${randomUUID()}`;
    for (const [suffix, headers] of [
      ['', {}],
      ['?secret=forged', {}],
      ['', { Authorization: 'Bearer forged' }],
    ] as const) {
      const response = await fetch(`${app.url}${path}${suffix}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"events":[]}',
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'CREW_WEBHOOK_REFUSED' });
    }
    expect((await client.call('POST', '/chat/webhooks/crewai/not-an-id', {})).status).toBe(400);
  });
});

describe('crews that report by webhook', () => {
  it('are asked at once when they do, over the service’s own route', async () => {
    const crew = await startCrewServer();
    crew.amp.pollsToFinish = Infinity;
    const app = await startApp({
      ...AUTH_ENV,
      CREW_AI_SERVICE_URL: crew.url,
      CREW_AI_CONTRACT: 'amp',
      CREW_AI_WEBHOOK_URL: 'https://chat.example.com',
    });
    try {
      const client = new Client(app.url);
      const answer = client.send('Which leads are hot?', { agent_name: 'lead_analyzer' });
      const work = await eventually(() => crew.amp.works[0]);
      await eventually(() => work.polls > 0);
      crew.amp.finish(work.id, 'Done and reported.');
      const events = [
        { id: 'e1', execution_id: work.id, timestamp: new Date().toISOString(), type: 'x', data: {} },
      ];
      expect(await crew.report(work.id, { events }, app.url)).toEqual([200]);
      expect((await answer).body.ai_response.content).toBe('Done and reported.');
      expect(await crew.report(work.id, { events }, app.url)).toEqual([200]);
    } finally {
      await app.close();
      await crew.close();
    }
  });
});

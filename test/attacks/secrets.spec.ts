import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { CrewServer } from '../support/crew-server.js';
import { startMcpServer, type TestMcpServer } from '../support/mcp-server.js';
import { startModelServer } from '../support/model-server.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { ServiceProcess } from '../support/service-process.js';

const SECRETS = {
  model: 'sk-canary-of-the-model',
  crew: 'canary-of-the-crew',
  mcp: 'canary-of-the-mcp-server',
  webhook: 'canary-of-the-webhooks-0123456789abcdef',
  metrics: 'canary-of-the-metrics-0123456789abcdef',
};
const SAID = 'canary-of-the-question';
/** What a neighbour says who gives away what it was told. */
const ECHO = `Refused: ${Object.values(SECRETS).join(' ')} at 10.0.0.7`;

/** Where a secret of the environment, or a word of a user, could come to light. */
describe('secrets (A64, A40)', () => {
  let model: ScriptedServer;
  let served: TestMcpServer;
  let crew: CrewServer;
  let database: TestDatabase;
  let service: ServiceProcess;
  let user: Client;
  const shown: string[] = [];

  beforeAll(async () => {
    model = await startModelServer({
      reply: (messages) =>
        messages.at(-1)?.role === 'user' ? { calls: [{ name: 'mcp_crm_find', arguments: {} }] } : 'Done.',
    });
    served = await startMcpServer([{ name: 'find' }]);
    crew = new CrewServer({ token: SECRETS.crew });
    await crew.open();
    database = await createTestDatabase();
    service = await ServiceProcess.start({
      ...AUTH_ENV,
      LOG_LEVEL: 'trace',
      DATABASE_URL: database.url,
      OPENAI_API_KEY: SECRETS.model,
      OPENAI_BASE_URL: model.url,
      LLM_TIMEOUT: '5',
      CREW_AI_AGENTS: JSON.stringify({
        lead_analyzer: { url: crew.url, contract: 'sync', token: SECRETS.crew },
      }),
      CREW_AI_WEBHOOK_SECRET: SECRETS.webhook,
      METRICS_TOKEN: SECRETS.metrics,
      MCP_CANARY: SECRETS.mcp,
      MCP_REFRESH: '1',
      MCP_SERVERS: JSON.stringify([
        {
          name: 'crm',
          url: served.url,
          roles: ['user'],
          tools: ['find'],
          headers: { 'x-key': '${MCP_CANARY}' },
        },
      ]),
    });
    user = new Client(service.url, { role: 'user' });
  });
  afterAll(async () => {
    await service?.kill('SIGTERM');
    await Promise.all([model?.close(), served?.close(), crew?.close()]);
    await database?.drop();
  });

  const show = (value: unknown): void => void shown.push(JSON.stringify(value));
  const ask = async (message: string, more: object = {}): Promise<void> => {
    show(await user.send(`${SAID} ${message}`, { session_id: 's', ...more }));
  };

  it('are told to nobody but the neighbour that they are for', async () => {
    await ask('find it');
    expect(served.headers.some((headers) => headers['x-key'] === SECRETS.mcp)).toBe(true);
    expect(model.requests.some(({ headers }) => headers.authorization === `Bearer ${SECRETS.model}`)).toBe(
      true,
    );
    const told = JSON.stringify([model.requests.map(({ body }) => body), served.calls]);
    expect(told).toContain(SAID);
    expect(told).not.toContain('canary-of-the-m');
    expect(told).not.toContain('canary-of-the-crew');
  });

  it('do not come back by a neighbour that fails and gives them away', async () => {
    served.fault = { status: 500, body: ECHO };
    await ask('find it again');
    await eventually(async () => {
      const health = await user.get('/health');
      show(health);
      return health.body.mcp?.status === 'down';
    });
    crew.fault({ on: 'POST', status: 500, body: ECHO });
    await ask('what of these leads', { agent_name: 'lead_analyzer' });
    crew.fault({ on: 'POST', reset: true });
    await ask('and now', { agent_name: 'lead_analyzer' });
    for (const status of [401, 500]) {
      model.setBehaviour({ status, errorText: ECHO });
      await ask(`with ${status}`);
    }
    expect(crew.requests.some(({ headers }) => headers.authorization === `Bearer ${SECRETS.crew}`)).toBe(
      true,
    );
  });

  it('stand in no answer, history, page or figure', async () => {
    for (const path of ['/', '/health', '/metrics', '/chat/docs-json', '/chat/widget', '/chat/assistants'])
      show(await user.get(path));
    show(await user.get('/chat/history/s'));
    show(await user.call('GET', '/metrics', undefined, { Authorization: `Bearer ${SECRETS.metrics}` }));
    const all = shown.join('\n');
    expect(all).toContain(SAID);
    for (const secret of Object.values(SECRETS)) expect(all).not.toContain(secret);
    expect(all).not.toContain(AUTH_ENV.JWT_SECRET);
    expect(all).not.toContain('10.0.0.7');
  });

  it('stand in no line of the log, and no word of a question or a token does', async () => {
    await fetch(`${service.url}/chat/history/s?token=${user.token}`);
    await service.kill('SIGTERM');
    expect(service.output).toContain('"level"');
    for (const secret of [...Object.values(SECRETS), AUTH_ENV.JWT_SECRET, SAID, user.token, '10.0.0.7'])
      expect(service.output).not.toContain(secret);
  });
});

import { Activity } from '../support/activity.js';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';

let service: RunningApp;
let activity: Activity;
const tenant = 'shop';

beforeAll(async () => {
  service = await startApp(AUTH_ENV);
  activity = await Activity.at(service.databaseUrl);
  await past();
});
afterAll(async () => {
  await activity?.end();
  await service?.close();
});

/** Four users of one tenant over some weeks, and one of another tenant. */
async function past(): Promise<void> {
  for (const [index, user] of ['ann', 'ben', 'cleo', 'dan'].entries()) {
    const who = { tenant, user };
    const answer = await activity.talk(who, `Tell me about refunds ${index}, and secret${user}`, index);
    await activity.talk(who, index < 2 ? 'Something about invoices' : 'Refunds again', index + 1);
    await activity.rated(who, answer, index === 0 ? 'down' : 'up');
    await activity.ended({ ...who, firstMs: 100 * (index + 1), wholeMs: 1000 * (index + 1), tokens: 10 });
    await activity.ended({ ...who, daysAgo: 14, wholeMs: 500, tokens: 5 });
    await activity.ended({ ...who, daysAgo: 40, tokens: 1000 });
  }
  const other = { tenant: 'rival', user: 'eve' };
  await activity.talk(other, 'Refunds refunds refunds rivalword');
  await activity.ended({ ...other, wholeMs: 99_000, tokens: 777 });
  await activity.ended({ ...other, wholeMs: 2000, daysAgo: 0.125 });
  await activity.ended({ ...other, state: 'failed', code: 'LLM_TIMEOUT' });
  await activity.ended({ tenant, user: 'ann', state: 'failed', code: 'CREW_UNAVAILABLE' });
}

const as = (role: string, of = tenant): Client =>
  new Client(service.url, { tenant: of, user: `${role}-of-${of}`, role });

interface Answer {
  readonly content: string;
  readonly parts: readonly any[];
  readonly metadata: Record<string, unknown>;
}

async function ask(client: Client, message: string, agent?: string): Promise<Answer> {
  const { status, body } = await client.send(message, agent ? { agent_name: agent } : {});
  expect([status, body.ai_response?.agent_name ?? body]).toEqual([200, agent ?? expect.any(String)]);
  const answer = body.ai_response as Answer;
  expect(answer.metadata['engine']).toBe('local');
  for (const part of answer.parts.filter((one) => one.dataset_id)) {
    const { body: page } = await client.get(`/chat/datasets/${part.dataset_id}?limit=1000`);
    expect(page.source).toBe(part.source);
    if (part.type === 'chart') expect(part.rows.length).toBeGreaterThan(1);
    if (part.type === 'table') expect(page.rows).toEqual(expect.arrayContaining(part.rows));
  }
  return answer;
}

const tableWith = ({ parts }: Answer, column: string) =>
  parts.find(({ type, columns }) => type === 'table' && columns.some(({ key }: any) => key === column));
const metricOf = ({ parts }: Answer, label: string) =>
  parts.find((part) => part.type === 'metric' && part.label === label)?.value;
const chartOf = ({ parts }: Answer, title: string) =>
  parts.find((part) => part.type === 'chart' && part.title === title);

describe('InfraBot without a model', () => {
  it('shows how the platform is doing in metrics, a table and charts of this process', async () => {
    const root = as('super_admin');
    const socket = await root.socket();
    const answer = await ask(root, 'How is the platform doing?');
    socket.close();
    expect(metricOf(answer, 'Open sockets')).toBe(1);
    expect(metricOf(answer, 'Answers under way')).toBe(1);
    const memory = process.memoryUsage().rss / 1024 / 1024;
    expect(metricOf(answer, 'Memory')).toBeGreaterThan(memory / 4);
    expect(metricOf(answer, 'Memory')).toBeLessThan(memory * 4);
    const { body: health } = await root.get('/health');
    const neighbours = tableWith(answer, 'neighbour').rows;
    expect(neighbours.find((row: any) => row.neighbour === 'Database').status).toBe(health.database.status);
    expect(neighbours.find((row: any) => row.neighbour === 'Redis').note).toContain('REDIS_URL');
    expect(chartOf(answer, 'Answers by hour').rows).toHaveLength(24);
    expect(answer.metadata['tools']).toEqual(['platform_status', 'request_rates', 'answer_times']);
    const metrics = String((await root.get('/metrics')).body);
    const counted = [
      ...metrics.matchAll(/^http_requests_total\{method="GET",route="\/health".*\} (\d+)$/gm),
    ].reduce((sum, [, value]) => sum + Number(value), 0);
    const again = await ask(root, 'How is the platform doing?');
    const route = tableWith(again, 'per_minute').rows.find((row: any) => row.route === 'GET /health');
    expect(route.requests).toBe(counted);
  });

  it('counts failures by code, over all tenants', async () => {
    const answer = await ask(as('super_admin'), 'Show me the errors of the last 24 hours', 'system_monitor');
    expect(metricOf(answer, 'Answers that failed')).toBe(
      await activity.figure(`SELECT count(*) AS figure FROM chat_runs WHERE state = 'failed'`),
    );
    expect(tableWith(answer, 'code').rows.map(({ code, failures }: any) => [code, failures])).toEqual([
      ['CREW_UNAVAILABLE', 1],
      ['LLM_TIMEOUT', 1],
    ]);
  });

  it('computes the times of answers as SQL does', async () => {
    const root = as('super_admin');
    const { at, median } = await medianOf('hour', 'true', []);
    const answer = await ask(root, 'Why is it slow?', 'performance_optimizer');
    const { rows } = chartOf(answer, 'Time of a whole answer (median) by hour');
    expect(rows.find((row: any) => row.at === at.toISOString()).whole_p50).toBeCloseTo(median, 2);
    expect(tableWith(answer, 'p95').rows.length).toBeGreaterThan(0);
  });

  it('counts refusals of the audit record and refused identities', async () => {
    const intruder = as('user');
    expect((await intruder.get('/chat/usage?scope=platform')).status).toBe(403);
    expect(
      (await fetch(`${service.url}/chat/assistants`, { headers: { Authorization: 'Bearer x.y.z' } })).status,
    ).toBe(401);
    const noted = `SELECT count(*) AS figure FROM audit_log WHERE outcome = 'refused'`;
    await eventually(async () => (await activity.figure(noted)) > 0);
    const expected = await activity.figure(noted);
    const answer = await ask(as('super_admin'), 'Were there any failed logins?', 'security_analyzer');
    expect(metricOf(answer, 'Refusals in the audit record')).toBe(expected);
    expect(tableWith(answer, 'action').rows[0]).toMatchObject({
      action: 'access.refuse',
      code: 'USAGE_SCOPE_REFUSED',
    });
    expect(metricOf(answer, 'Refused identities since the start')).toBeGreaterThan(0);
    expect(answer.content).not.toContain('x.y.z');
  });

  it('says what of the infrastructure it cannot see, and how to connect it', async () => {
    const answer = await ask(as('super_admin'), 'Add a server', 'infrastructure_manager');
    expect(tableWith(answer, 'neighbour')).toBeDefined();
    const missing = answer.metadata['missing'] as string[];
    for (const name of ['PROMETHEUS_URL', 'CREW_AI_AGENTS'])
      expect(missing.filter((one) => one.includes(name))).toHaveLength(1);
  });
});

describe('BizBot without a model', () => {
  const boss = (): Client => as('tenant_admin');

  it('shows the usage of its tenant alone, as SQL counts it', async () => {
    const own = `FROM usage_ledger WHERE tenant_id = $1 AND created_at >= date_trunc('day', now(), 'UTC') - interval '29 days'`;
    const [questions, written] = [
      await activity.figure(`SELECT count(*) AS figure ${own}`, [tenant]),
      await activity.figure(`SELECT sum(output_tokens) AS figure ${own}`, [tenant]),
    ];
    for (const question of ['Show our usage', 'usage']) {
      const answer = await ask(boss(), question);
      expect(metricOf(answer, 'Tokens written in the last 30 days')).toBe(written);
      expect(metricOf(answer, 'Questions in the last 30 days')).toBeGreaterThanOrEqual(questions);
      expect(chartOf(answer, 'Questions by day').rows).toHaveLength(30);
      expect(tableWith(answer, 'last_30_days')).toBeDefined();
    }
  });

  it('counts conversations, messages and active users by day', async () => {
    const before = await activity.sql<{ sessions: string; messages: string }>(
      `SELECT count(*) AS sessions, sum(message_count) AS messages FROM chat_sessions WHERE tenant_id = $1`,
      [tenant],
    );
    const answer = await ask(boss(), 'How many conversations were there?', 'analytics_specialist');
    const sessions = Number(before[0]!.sessions) + 1;
    expect(metricOf(answer, 'Conversations in the last 30 days')).toBe(sessions);
    expect(metricOf(answer, 'Messages in a conversation (mean)')).toBeCloseTo(
      (Number(before[0]!.messages) + 1) / sessions,
      1,
    );
    const [past] = await activity.sql<{ day: string }>(
      `SELECT to_char(max(created_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day FROM usage_ledger
       WHERE tenant_id = $1 AND created_at < now() - interval '10 days' AND created_at > now() - interval '20 days'`,
      [tenant],
    );
    const { rows } = chartOf(answer, 'Active users by day');
    expect(rows.find(({ day }: any) => day === past!.day).active_users).toBe(4);
  });

  it('shows terms that three users share, and nobody else’s words', async () => {
    const answer = await ask(boss(), 'What are our top topics?', 'customer_insights');
    const rows = tableWith(answer, 'term').rows;
    expect(rows.find((row: any) => row.term === 'refunds')).toEqual({
      term: 'refunds',
      questions: 6,
      users: 4,
    });
    for (const hidden of ['invoices', 'secretann', 'rivalword']) expect(answer.content).not.toContain(hidden);
  });

  it('sums ratings up, and says so where there are none', async () => {
    const answer = await ask(boss(), 'How are our answers rated?', 'customer_insights');
    expect([metricOf(answer, 'Good answers'), metricOf(answer, 'Bad answers')]).toEqual([3, 1]);
    const none = await ask(as('tenant_admin', 'rival'), 'How are our answers rated?', 'customer_insights');
    expect(none.content).toContain('has rated an answer');
    expect(none.parts.filter(({ type }) => type === 'metric')).toEqual([]);
  });

  it('computes retention by the week of the first question', async () => {
    const answer = await ask(boss(), 'What is our retention rate?', 'customer_insights');
    const rows = tableWith(answer, 'cohort').rows;
    const [cohort] = await activity.sql<{ cohort: string }>(
      `SELECT to_char(date_trunc('week', now() - interval '40 days', 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS cohort`,
    );
    const weeks = rows.filter((row: any) => row.cohort === cohort!.cohort);
    expect(weeks[0]).toMatchObject({ week: 0, size: 4, users: 4, share: 1 });
    const active = weeks.filter(({ users }: any) => users === 4).map(({ week }: any) => week);
    expect(active.length).toBeGreaterThanOrEqual(3);
    expect(weeks.find(({ week }: any) => week === 1)).toMatchObject({ users: 0, share: 0 });
  });

  it('computes how long its answers took', async () => {
    const { at, median } = await medianOf('day', 'tenant_id = $1', [tenant]);
    const answer = await ask(boss(), 'How fast are our answers?', 'analytics_specialist');
    const { rows } = chartOf(answer, 'Time of a whole answer (median) by day');
    const day = at.toISOString().slice(0, 10);
    expect(rows.find((row: any) => row.at === day).whole_p50).toBeCloseTo(median, 2);
  });

  it.each([
    ['revenue_optimizer', 'What is our profit margin?', 'No revenue data is connected'],
    ['integration_manager', 'Why does the webhook of the till fail?', 'No log of your connectors'],
    ['customer_insights', 'Who are our best clients?', 'No data of your customers'],
  ])('%s says what it lacks', async (agent, question, lack) => {
    const { content, metadata } = await ask(boss(), question, agent);
    expect(content).toContain(lack);
    expect(metadata['missing']).toContainEqual(expect.stringMatching(new RegExp(`^${lack}.*CREW_AI_AGENTS`)));
  });
});

describe('MarketBot without a model', () => {
  const TEXT = 'We sell good shoes. Our shoes last for years! Do you want shoes?';

  it.each(['content_generator', 'social_media_specialist', 'campaign_optimizer'])(
    '%s measures the text that it is given',
    async (agent) => {
      const answer = await ask(as('user'), `Check this text with the keyword shoes: "${TEXT}"`, agent);
      expect(metricOf(answer, 'Words')).toBe(TEXT.split(/\s+/).length);
      expect(tableWith(answer, 'sentences').rows[0]).toMatchObject({ sentences: 3, characters: TEXT.length });
      expect(tableWith(answer, 'word').rows).toEqual([{ word: 'shoes', times: 3, share: 0.2308 }]);
    },
  );

  it.each([
    ['lead_analyzer', 'Which leads should I call first?', 'No leads are connected'],
    ['campaign_optimizer', 'Which ads should I stop?', 'No campaign data is connected'],
    ['content_generator', 'Write a blog post', 'I can measure a text'],
    ['social_media_specialist', 'Which hashtags should I use?', 'No account of a social network'],
  ])('%s says what it lacks, and shows no figure', async (agent, question, lack) => {
    const answer = await ask(as('user'), question, agent);
    expect(answer.content).toContain(lack);
    expect(answer.parts.filter(({ type }) => type !== 'text')).toEqual([]);
  });
});

describe('InfoBot without a model', () => {
  it.each(['support_assistant', 'information_retriever'])('%s quotes the documents', async (agent) => {
    const answer = await ask(as('readonly'), 'What does the local engine not do?', agent);
    expect(answer.parts.filter(({ type }) => type === 'citation').map(({ locator }) => locator)).toContain(
      'docs/assistants.md#what-the-local-engine-does-not-do',
    );
  });
});

describe('figures beyond a role', () => {
  it.each([
    ['readonly', 'How is the platform doing?'],
    ['user', 'How is the platform doing?'],
    ['user', 'Show the usage of the organisation'],
    ['tenant_admin', 'How is the platform doing?'],
    ['tenant_admin', 'Were there any failed logins?'],
  ])('are not shown to %s who asks "%s"', async (role, question) => {
    const { parts } = await ask(as(role, 'elsewhere'), question);
    const sources = parts.flatMap(({ source }) => source ?? []);
    expect(sources.filter((source) => !/usage ledger|conversations|limits/.test(source))).toEqual([]);
    const totals = parts.filter(({ type }) => type === 'table').flatMap(({ rows }) => rows);
    expect(JSON.stringify(totals)).not.toMatch(/777|rival/);
  });

  it('leave a line in the audit record for every tool that ran', async () => {
    const root = as('super_admin', 'audited');
    await ask(root, 'How is the platform doing?');
    const lines = await activity.sql(
      `SELECT DISTINCT subject FROM audit_log WHERE tenant_id = 'audited' AND action = 'tool.run' ORDER BY 1`,
    );
    expect(lines.map(({ subject }) => subject)).toEqual(['answer_times', 'platform_status', 'request_rates']);
  });
});

/** The median time of answers in the newest hour or day that has any. */
async function medianOf(unit: string, where: string, values: unknown[]) {
  const [row] = await activity.sql<{ at: Date; median: number }>(
    `SELECT date_trunc('${unit}', created_at, 'UTC') AS at,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) / 1000 AS median
     FROM usage_ledger WHERE state = 'completed' AND ${where} GROUP BY 1 ORDER BY 1 DESC LIMIT 1`,
    values,
  );
  return row!;
}

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataSource } from 'typeorm';
import { getDataSourceToken } from '@nestjs/typeorm';
import { startAnthropicServer } from '../support/anthropic-server.js';
import { type OpenApp, startOpenApp } from '../support/app.js';
import { decide, ended } from '../support/approvals.js';
import { AUTH_ENV, Client } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedReply } from '../support/scripted-reply.js';
import type { ScriptedServer, ServedMessage } from '../support/scripted-server.js';
import { addTools, FakeTool, SOLD } from '../support/tools.js';

const PROTOCOLS = {
  openai: { start: startModelServer, env: (url: string) => ({ OPENAI_BASE_URL: url }) },
  anthropic: {
    start: startAnthropicServer,
    env: (url: string) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'k' }),
  },
} as const;

const SUM = { field: 'amount', aggregate: 'sum' };

/** What the model does next, by what it was asked and what it was given since. */
function reply(messages: readonly ServedMessage[]): string | ScriptedReply {
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const results = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1);
  const given = results.filter(({ role }) => role === 'tool').map(({ content }) => content);
  const dataset = /Dataset ([0-9a-f-]{36})/.exec(given.join(' '))?.[1] ?? '';
  const step = results.filter(({ calls }) => calls).length;
  const script = question.includes('Rename')
    ? [
        { text: 'I can do that.', calls: [{ name: 'rename_conversation', arguments: { title: 'Spring' } }] },
        given.join('').includes('new title') ? 'It is renamed.' : 'It keeps its title.',
      ]
    : question.includes('hidden')
      ? [{ calls: [{ name: 'all_tenants', arguments: { of: 'x' } }] }, 'I may not.']
      : question.includes('broken')
        ? [
            { text: 'Hm.', calls: [{ name: 'sales', arguments: '{"of": "x' }] },
            { calls: [{ name: 'sales', arguments: { of: 7 } }] },
            { calls: [{ name: 'sales', arguments: { of: 'x' } }] },
            'Sold.',
          ]
        : [
            { text: 'Let me see.', calls: [{ name: 'sales', arguments: { of: 'shop' } }] },
            {
              calls: [
                {
                  name: 'show_table',
                  arguments: { dataset_id: dataset.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
                },
                {
                  name: 'show_chart',
                  arguments: {
                    dataset_id: dataset,
                    title: 'Sales by region',
                    spec: { mark: 'bar', encoding: { x: { field: 'region' }, y: SUM } },
                  },
                },
              ],
            },
            'The South sold most [1].',
          ];
  return script[step] ?? 'Sold.';
}

describe('an agent that names a tool which does not exist', () => {
  it('stops the start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agents-'));
    try {
      const file = await readFile('docs/agent-template/my_agent.yaml', 'utf8');
      await writeFile(join(folder, 'my_agent.yaml'), `${file}\ntools:\n  - order_pizza\n`);
      await expect(startOpenApp({ ...AUTH_ENV, AGENTS_DIR: folder })).rejects.toThrow(
        'The agent my_agent names tools that do not exist: order_pizza',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe.each(['openai', 'anthropic'] as const)('an agent with tools, over %s', (protocol) => {
  const { start, env } = PROTOCOLS[protocol];
  let model: ScriptedServer;
  let running: OpenApp;
  const sales = new FakeTool({ name: 'sales', title: 'Looking at the sales', budget: 9 }, () =>
    Promise.resolve({
      figures: { sold: SOLD },
      extracts: [{ title: 'Till', locator: 'till/1', quote: 'Paid.' }],
    }),
  );
  const hidden = new FakeTool({ name: 'all_tenants', scope: 'platform' });

  beforeAll(async () => {
    model = await start({ reply });
    running = await startOpenApp({ ...AUTH_ENV, ...env(model.url), LLM_TIMEOUT: '10' });
    addTools(running.app, 'campaign_optimizer', sales, hidden);
  });
  afterAll(async () => {
    await running?.close();
    await model?.close();
  });

  const asked = async (message: string, user = new Client(running.url)) => ({
    user,
    ...(await user.send(message, { session_id: 's', agent_name: 'campaign_optimizer' })),
  });
  const audit = (
    user: Client,
  ): Promise<{ subject: string; outcome: string; details: Record<string, string> }[]> =>
    running.app
      .get<DataSource>(getDataSourceToken())
      .query(
        `SELECT subject, outcome, details FROM audit_log WHERE action = 'tool.run' AND user_id = $1 ORDER BY id`,
        [user.user],
      );

  it('looks things up and shows a chart of what it found, stored like any other answer', async () => {
    const { status, body, user } = await asked('How were the sales?');
    expect(status).toBe(200);
    const answer = body.ai_response;
    expect(answer.parts).toMatchObject([
      { type: 'text', text: 'Let me see.\n\nThe South sold most [1].' },
      {
        type: 'chart',
        title: 'Sales by region',
        source: 'till',
        rows: [
          { region: 'North', sum_amount: 12.5 },
          { region: 'South', sum_amount: 30 },
        ],
      },
      { type: 'citation', locator: 'till/1' },
    ]);
    expect(answer.metadata).toMatchObject({
      engine: 'llm',
      tools: ['sales', 'show_chart'],
      tools_failed: ['show_table'],
      sources: ['till/1'],
    });
    const history = await user.get('/chat/history/s');
    expect(history.body.session.messages.at(-1)).toMatchObject({ id: answer.id, parts: answer.parts });
    expect(await audit(user)).toMatchObject([
      { subject: 'sales', outcome: 'allowed', details: { role: 'user', session_id: 's' } },
    ]);
  });

  it('says what it does while it does it', async () => {
    const user = new Client(running.url);
    const events = await user.stream({ message: 'How were the sales?', agent_name: 'campaign_optimizer' });
    const names = events.map(({ event }) => event);
    expect(events.find(({ event }) => event === 'run.status')?.data.text).toBe('Looking at the sales');
    expect(names.indexOf('run.status')).toBeLessThan(names.indexOf('part'));
    expect(names.at(-1)).toBe('run.completed');
  });

  it('corrects arguments that were wrong, in the same answer', async () => {
    const before = sales.calls.length;
    const { body } = await asked('A broken question');
    expect(body.ai_response.content).toBe('Hm.\n\nSold.');
    expect(sales.calls).toHaveLength(before + 1);
  });

  it('does not get to what the role may not use, and the attempt is recorded', async () => {
    const { body, user } = await asked('Use the hidden tool');
    expect(body.ai_response.content).toBe('I may not.');
    expect(hidden.calls).toEqual([]);
    expect(JSON.stringify(model.requests.at(-1)?.body['tools'])).not.toContain('all_tenants');
    expect(await audit(user)).toMatchObject([
      { subject: 'all_tenants', outcome: 'refused', details: { reason: 'scope' } },
    ]);
    expect(JSON.stringify(body.ai_response.metadata)).not.toContain('all_tenants');
  });

  const titleOf = async (user: Client): Promise<string> =>
    (await user.get('/chat/history/s')).body.session.title;

  it.each([
    [true, 'It is renamed.', 'Spring', ['allowed']],
    [false, 'It keeps its title.', 'Rename this', []],
  ])('changes something only once a person agreed (%p)', async (agreed, text, title, outcomes) => {
    const { user, status, body } = await asked('Rename this');
    expect([status, body.status, await titleOf(user)]).toEqual([202, 'awaiting_approval', 'Rename this']);
    await decide(user, body.run_id, body.approval_id, agreed);
    const { message } = await ended(user, body.run_id);
    expect(message.content).toBe(`I can do that.\n\n${text}`);
    expect(message.parts).toMatchObject([
      { type: 'approval', tool: 'rename_conversation', arguments: { title: 'Spring' } },
    ]);
    expect(await titleOf(user)).toBe(title);
    const records = (await audit(user)).filter(({ subject }) => subject === 'rename_conversation');
    expect(records.map(({ outcome }) => outcome)).toEqual(outcomes);
  });

  it('asks nobody for what the role may not do', async () => {
    const user = new Client(running.url, { role: 'readonly' });
    const { status, body } = await user.send('Rename this', { session_id: 's' });
    expect([status, body.ai_response.content]).toEqual([200, 'I can do that.\n\nIt keeps its title.']);
    expect(await audit(user)).toMatchObject([
      { subject: 'rename_conversation', outcome: 'refused', details: { reason: 'role' } },
    ]);
  });
});

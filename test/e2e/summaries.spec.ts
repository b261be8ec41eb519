import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import pg from 'pg';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedServer, ServedMessage, ServedRequest } from '../support/scripted-server.js';

const CODE = /code name is (\w+)/;
const isSummary = (messages: readonly ServedMessage[]): boolean =>
  messages[0]?.content.startsWith('You keep the memory') ?? false;

/** A model that knows only what it is given: it answers with the code name, and summarises by keeping it. */
function reply(messages: readonly ServedMessage[]): string {
  const name = CODE.exec(messages.map(({ content }) => content).join('\n'))?.[1];
  if (!isSummary(messages)) return name ? `I know ${name}.` : 'I know of no name.';
  const summary = name ? `The code name is ${name}.` : 'Small talk.';
  return JSON.stringify({ summary, key_topics: ['talk'], action_items: [], sentiment: 'neutral' });
}

const tokensOf = ({ messages }: ServedRequest): number =>
  messages.reduce((sum, { content }) => sum + 4 + countTokens(content, { disallowedSpecial: new Set() }), 0);
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

describe('conversations that are longer than a model sees', () => {
  let model: ScriptedServer;
  let running: RunningApp;
  let db: pg.Client;
  let says: (messages: readonly ServedMessage[]) => string = reply;
  const env = (): Record<string, string> => ({ ...AUTH_ENV, OPENAI_BASE_URL: model.url });
  beforeAll(async () => {
    model = await startModelServer({ reply: (messages) => says(messages) });
    running = await startApp(env());
    db = new pg.Client({ connectionString: running.databaseUrl });
    await db.connect();
  });
  beforeEach(() => {
    says = reply;
  });
  afterAll(async () => {
    await db?.end();
    await running?.close();
    await model?.close();
  });

  const summaryOf = async ({ tenant, user }: Client, session: string): Promise<any> => {
    const { rows } = await db.query(
      'SELECT summary FROM chat_sessions WHERE tenant_id = $1 AND user_id = $2 AND id = $3',
      [tenant, user, session],
    );
    return rows[0]?.summary;
  };
  const talk = async (client: Client, session: string, turns: number, first?: string): Promise<any> => {
    let last;
    for (let i = 0; i < turns; i += 1) {
      const text = i === 0 && first ? first : `This is the small talk of turn ${i}, nothing more.`;
      last = await client.send(text, { session_id: session });
      expect(last.status).toBe(200);
    }
    return last?.body;
  };
  const asks = async (client: Client, session: string): Promise<string> =>
    (await client.send('Which name do you know?', { session_id: session })).body.ai_response.content;

  it('stay within the limits for two hundred turns and know the first, for no more tokens', async () => {
    const ann = new Client(running.url, { role: 'readonly' });
    const before = model.requests.length;
    await talk(ann, 'long', 200, 'Please note that our code name is Falcon, thank you.');
    const turns = model.requests.slice(before).filter(({ messages }) => !isSummary(messages));
    const tokens = turns.map(tokensOf);
    expect(turns).toHaveLength(200);
    expect(Math.max(...tokens)).toBeLessThanOrEqual(2000);
    const [early, late] = [mean(tokens.slice(15, 35)), mean(tokens.slice(-20))];
    process.stdout.write(
      `tokens a turn: ${Math.round(early)} around turn 20, ${Math.round(late)} at the end\n`,
    );
    expect(late).toBeLessThan(early * 1.05);
    expect(await asks(ann, 'long')).toBe('I know Falcon.');
    const { body } = await ann.get('/chat/history/long?limit=1');
    expect(body.analytics.has_summary).toBe(true);
    const { rows } = await db.query(
      `SELECT sum(u.input_tokens + u.output_tokens)::int AS all, (SELECT sum((m.metadata ->> 'tokens_used')::int)::int
         FROM chat_messages m WHERE m.user_id = u.user_id) AS answers, count(*)::int AS runs
       FROM usage_ledger u WHERE u.user_id = $1 GROUP BY u.user_id`,
      [ann.user],
    );
    expect(rows[0].runs).toBe(201);
    expect(rows[0].all).toBeGreaterThan(rows[0].answers);
  }, 60_000);

  it('know the first turn without a model that summarises', async () => {
    says = (messages) => (isSummary(messages) ? 'I would rather not.' : reply(messages));
    const bob = new Client(running.url, { role: 'readonly' });
    await talk(bob, 'plain', 25, 'Please note that our code name is Heron, thank you.');
    expect(await asks(bob, 'plain')).toBe('I know Heron.');
    expect((await eventually(() => summaryOf(bob, 'plain'))).summary).toContain('our code name is Heron');
  });

  it('never tell of somebody else, whatever the ids look like', async () => {
    const pairs = [
      [
        { tenant: 'a:b', user: 'c' },
        { tenant: 'a', user: 'b:c' },
      ],
      [
        { tenant: 'x', user: 'one' },
        { tenant: 'x', user: 'two' },
      ],
      [
        { tenant: 'y', user: 'same' },
        { tenant: 'z', user: 'same' },
      ],
    ] as const;
    for (const [owner, other] of pairs) {
      const [mine, theirs] = [owner, other].map(
        (who) => new Client(running.url, { role: 'readonly', ...who }),
      );
      if (!mine || !theirs) throw new Error('There are two');
      const before = model.requests.length;
      await Promise.all([
        talk(mine, 'shared', 8, 'Please note that our code name is Osprey, thank you.'),
        talk(theirs, 'shared', 8),
      ]);
      await eventually(() => summaryOf(mine, 'shared'));
      await eventually(() => summaryOf(theirs, 'shared'));
      expect(await asks(mine, 'shared')).toBe('I know Osprey.');
      expect(await asks(theirs, 'shared')).toBe('I know of no name.');
      expect(JSON.stringify(await summaryOf(theirs, 'shared'))).not.toContain('Osprey');
      expect(model.requests.length).toBeGreaterThan(before);
    }
  });

  it('are forgotten with their session', async () => {
    const ann = new Client(running.url, { role: 'readonly' });
    await talk(ann, 'gone', 8, 'Please note that our code name is Kestrel, thank you.');
    await eventually(() => summaryOf(ann, 'gone'));
    await ann.call('DELETE', '/chat/session/gone');
    expect(await summaryOf(ann, 'gone')).toBeNull();
    expect((await ann.send('Hello?', { session_id: 'gone' })).status).toBe(404);
    expect(await asks(ann, 'new')).toBe('I know of no name.');
  });

  it('tell nothing of one branch in another, and of its own again when it is shown', async () => {
    const ann = new Client(running.url, { role: 'readonly' });
    const body = await talk(ann, 'branch', 8, 'Please note that our code name is Merlin, thank you.');
    await eventually(() => summaryOf(ann, 'branch'));
    const other = await ann.send('Which name do you know?', { session_id: 'branch', parent_id: null });
    expect(other.body.ai_response.content).toBe('I know of no name.');
    const head = { head_message_id: body.ai_response.id };
    expect((await ann.call('PATCH', '/chat/session/branch', head)).status).toBe(200);
    expect(await asks(ann, 'branch')).toBe('I know Merlin.');
    const { body: history } = await ann.get('/chat/history/branch?limit=1');
    const again = await ann.call('POST', `/chat/messages/${history.session.messages[0].id}/regenerate`);
    await eventually(async () => {
      const { body: now } = await ann.get('/chat/history/branch?limit=1');
      return now.session.messages[0]?.id === again.body.message_id;
    });
    const { body: last } = await ann.get('/chat/history/branch?limit=1');
    expect(last.session.messages[0].content).toBe('I know Merlin.');
  });

  it('are summarised after the next answer where a node died before it did', async () => {
    const without = await startApp({
      ...env(),
      DATABASE_URL: running.databaseUrl,
      ENABLE_CONVERSATION_SUMMARIES: 'false',
    });
    const who = { tenant: 'dead', user: 'node', role: 'readonly' };
    await talk(
      new Client(without.url, who),
      's',
      12,
      'Please note that our code name is Harrier, thank you.',
    );
    expect(await asks(new Client(without.url, who), 's')).toBe('I know of no name.');
    await without.close();
    const ann = new Client(running.url, who);
    await talk(ann, 's', 1);
    expect((await eventually(() => summaryOf(ann, 's'))).summary).toContain('Harrier');
    expect(await asks(ann, 's')).toBe('I know Harrier.');
  });
});

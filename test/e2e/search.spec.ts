import pg from 'pg';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';

interface Hit {
  id: string;
  match?: { message_id: string; position: number; snippet: string; marks: [number, number][] };
}

describe('the search of titles and messages', () => {
  let app: RunningApp;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  let database: pg.Client;
  const client = (who = {}): Client => new Client(app.url, who);
  const hits = async (who: Client, q: string, more = ''): Promise<Hit[]> => {
    const answer = await who.get(`/chat/sessions?q=${encodeURIComponent(q)}${more}`);
    expect(answer.status).toBe(200);
    return answer.body.sessions;
  };
  const found = async (who: Client, q: string, more = ''): Promise<string[]> =>
    (await hits(who, q, more)).map(({ id }) => id);

  beforeAll(async () => {
    model = await startModelServer({
      reply: (messages) => (messages.at(-1)?.content.endsWith('much') ? LONG : 'Noted.'),
    });
    app = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: model.url });
    database = new pg.Client({ connectionString: app.databaseUrl });
    await database.connect();
  });
  afterEach(() => model.setBehaviour({}));
  afterAll(async () => {
    await database.end();
    await app.close();
    await model.close();
  });

  it('finds words of any script, whatever their case and accents, by their beginning or anywhere in writing without spaces', async () => {
    const ann = client();
    const texts: Record<string, string> = {
      german: 'Der Versicherungsvertrag für die Straße ist naïve',
      chinese: '我想优化营销活动的表现',
      japanese: 'カタカナのガラスを探す',
      thai: 'สวัสดีครับ ผมต้องการความช่วยเหลือ',
      arabic: 'مُحَمَّد يسأل عن الإعلانات',
      hindi: 'हिन्दी में खोज करें',
      korean: '한국어를 검색합니다',
      greek: 'Ο λόγος της Ωραίας',
      emoji: 'pizza🍕 for 20€',
    };
    for (const [id, text] of Object.entries(texts)) await ann.send(text, { session_id: id });
    const cases: [string, string][] = [
      ['versicherung', 'german'],
      ['STRASSE', 'german'],
      ['Naive straße', 'german'],
      ['营销活动', 'chinese'],
      ['ガラス', 'japanese'],
      ['ความช่วย', 'thai'],
      ['محمد', 'arabic'],
      ['الاعلان', 'arabic'],
      ['हिन्दी', 'hindi'],
      ['한국', 'korean'],
      ['ΛΌΓΟΣ', 'greek'],
      ['ωραια', 'greek'],
      ['🍕', 'emoji'],
      ['20€', 'emoji'],
    ];
    for (const [q, id] of cases) expect([q, await found(ann, q)]).toEqual([q, [id]]);
    expect(await found(ann, 'versicherung 营销')).toEqual([]);
    const [hit] = await hits(ann, 'versicherung naive');
    const { snippet, marks, position } = (hit as Required<Hit>).match;
    expect(position).toBe(1);
    expect(marks.map(([at, length]) => snippet.slice(at, at + length))).toEqual(['Versicherung', 'naïve']);
  });

  it('tells where, the newest first, page by page, and finds titles, archived sessions and questions under way', async () => {
    const ann = client();
    for (let i = 1; i <= 5; i += 1) await ann.send(`zebra number ${i}`, { session_id: `z${i}` });
    const again = await ann.send('one more zebra', { session_id: 'z2' });
    const page = await ann.get('/chat/sessions?q=zebra&limit=2');
    const rest = await ann.get(`/chat/sessions?q=zebra&limit=10&cursor=${page.body.next_cursor}`);
    expect([...page.body.sessions, ...rest.body.sessions].map(({ id }: Hit) => id)).toEqual([
      ...['z2', 'z5', 'z4', 'z3', 'z1'],
    ]);
    expect(page.body.sessions[0].match).toMatchObject({
      message_id: again.body.user_message.id,
      position: 3,
      snippet: 'one more zebra',
      marks: [[9, 5]],
    });
    await ann.call('PATCH', '/chat/session/z1', { title: 'Giraffe', is_archived: true });
    const [titled] = await hits(ann, 'giraffe');
    expect([titled?.id, titled?.match]).toEqual(['z1', undefined]);
    expect(await found(ann, 'zebra', '&archived=true')).toEqual(['z1']);
    expect(await found(ann, 'zebra', '&archived=false')).toHaveLength(4);
    await ann.call('PATCH', '/chat/session/z1', { title: 'Lion' });
    expect(await found(ann, 'giraffe')).toEqual([]);
    model.setBehaviour({ hang: true, times: 1 });
    const socket = await ann.socket();
    const asked = await socket.ask('message:send', { content: 'quagga', client_message_id: 'q' });
    expect(await found(ann, 'quagga')).toEqual([asked.session_id]);
    await socket.ask('run:stop', { run_id: asked.run_id });
    expect(await found(ann, 'quagga')).toEqual([asked.session_id]);
    socket.close();
  });

  it('finds nothing of a session that was deleted, and keeps no word of it', async () => {
    const ann = client();
    await ann.send('platypus', { session_id: 'gone' });
    await ann.call('PATCH', '/chat/session/gone', { title: 'Platypus title' });
    expect(await found(ann, 'platypus')).toEqual(['gone']);
    const kept = (): Promise<number> =>
      database
        .query('SELECT count(*)::int AS rows FROM chat_search WHERE user_id = $1', [ann.user])
        .then(({ rows }) => rows[0].rows);
    expect(await kept()).toBe(3);
    await ann.call('DELETE', '/chat/session/gone');
    expect(await found(ann, 'platypus')).toEqual([]);
    expect(await kept()).toBe(0);
  });

  it('keeps people apart, whatever their ids and questions hold', async () => {
    const people = [
      ['acme', 'ann'],
      ['acme', 'bob'],
      ['evil', 'ann'],
      ['acme","ann', 'x'],
      ['acme', 'ann","x'],
      ["a'||'", '%'],
    ].map(([tenant, user]) => client({ tenant, user }));
    for (const [index, who] of people.entries())
      await who.send(`shared secret ${'abcdef'[index]}word`, { session_id: 'same' });
    for (const [index, who] of people.entries()) {
      const own = `${'abcdef'[index]}word`;
      for (const q of ['secret', own, "secret') OR true --", 'secret & !x | y:*', "''secret\\", '%secret%']) {
        const text = JSON.stringify(await hits(who, q));
        expect(text.replaceAll(own, '')).not.toMatch(/[a-f]word/);
      }
      expect(await found(who, own)).toEqual(['same']);
      expect(await found(who, `${'bcdefa'[index]}word`)).toEqual([]);
    }
    for (const q of ["'", '"', '\\', '!&|()<->:*', '%', '\u200d', '😀', '𠮷'])
      expect([q, await found(people[0] as Client, q)]).toEqual([q, []]);
    expect((await (people[0] as Client).get(`/chat/sessions?q=${'x'.repeat(4096)}`)).status).toBe(400);
  });

  it('takes texts beyond what the index holds, and looks at the shown branch alone', async () => {
    const ann = client();
    const long = await ann.send('much', { session_id: 'long' });
    expect([long.status, long.body.ai_response.content.length]).toEqual([200, LONG.length]);
    expect(await found(ann, 'much')).toEqual(['long']);
    expect(await found(ann, 'longword5')).toEqual(['long']);
    const one = await ann.send('first kiwi', { session_id: 'b' });
    await ann.send('second mango', { session_id: 'b' });
    await ann.send('second papaya', { session_id: 'b', parent_id: one.body.ai_response.id });
    expect(await found(ann, 'mango')).toEqual([]);
    expect(await found(ann, 'papaya kiwi')).toEqual([]);
    expect(await found(ann, 'papaya')).toEqual(['b']);
    expect(await found(ann, 'kiwi')).toEqual(['b']);
  });

  it('uses the index on a filled table, touches little of it, and costs accepting a question nothing', async () => {
    await database.query(FILLED);
    await database.query('ANALYZE chat_search');
    const buffers = async (): Promise<{ hits: number; plan: string }> => {
      await database.query('BEGIN');
      await database.query(`SELECT chat_enter('user', 'filled', 'user7')`);
      const { rows } = await database.query(
        `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM conversations_search('filled', 'user7', 'needle', NULL, NULL, NULL, NULL, 31)`,
      );
      await database.query('RESET ROLE');
      const plan = await database.query(
        `EXPLAIN SELECT id FROM chat_search WHERE terms @@ chat_search_query('filled', 'user7', 'needle')
           AND tenant_id = 'filled' AND user_id = 'user7'`,
      );
      await database.query('ROLLBACK');
      const { Plan } = rows[0]['QUERY PLAN'][0];
      return {
        hits: Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'],
        plan: plan.rows.map((row) => row['QUERY PLAN']).join('\n'),
      };
    };
    await buffers();
    const { hits: touched, plan } = await buffers();
    expect(plan).toContain('chat_search_terms');
    const { rows } = await database.query(
      `SELECT relpages AS pages, (SELECT count(*)::int FROM chat_search) AS rows FROM pg_class WHERE relname = 'chat_search'`,
    );
    expect(rows[0].rows).toBeGreaterThan(20_000);
    expect(touched).toBeLessThan(rows[0].pages / 2);
    const user7 = client({ tenant: 'filled', user: 'user7' });
    expect(await found(user7, 'needle')).toEqual(['s7']);
    const before = await database.query('SELECT count(*)::int AS rows FROM chat_search');
    model.setBehaviour({ hang: true, times: 1 });
    const socket = await user7.socket();
    const asked = await socket.ask('message:send', { content: 'haystack', client_message_id: 'h' });
    const after = await database.query('SELECT count(*)::int AS rows FROM chat_search');
    expect(after.rows).toEqual(before.rows);
    await socket.ask('run:stop', { run_id: asked.run_id });
    await eventually(async () => (await found(user7, 'haystack')).length === 1);
    socket.close();
  });
});

/** More words, and longer ones, than a tsvector holds. */
const LONG = Array.from({ length: 9_000 }, (_, i) => `longword${i}${'ä'.repeat(i % 200)}`).join(' ');

/** 200 users of one tenant, each with a session of 100 messages; one message of each holds the word needle. */
const FILLED = `
  SELECT set_config('app.scope', 'system', false);
  INSERT INTO chat_sessions (tenant_id, user_id, id, role)
  SELECT 'filled', 'user' || u, 's' || u, 'user' FROM generate_series(1, 200) u;
  INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, type, state, content)
  SELECT gen_random_uuid(), 'filled', 'user' || u, 's' || u, p, 'assistant', 'complete',
    'The budget of campaign ' || p || ' rose by ' || (u * p) || ' euros' || CASE p WHEN 50 THEN ' needle' ELSE '' END
  FROM generate_series(1, 100) p CROSS JOIN generate_series(1, 200) u;`;

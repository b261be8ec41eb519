import pg from 'pg';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import type { Behaviour, ScriptedServer, ServedRequest } from '../support/scripted-server.js';

const isNaming = ({ messages }: ServedRequest) => messages[0]?.content.startsWith('You name conversations');

describe('the title of a conversation', () => {
  let model: ScriptedServer;
  let app: RunningApp;
  let title: string | string[];
  let naming: Behaviour;

  beforeAll(async () => {
    model = await startModelServer({
      reply: (_, request) => (isNaming(request) ? title : 'It went well.'),
      behave: (request) => (isNaming(request) ? naming : {}),
    });
    app = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: model.url, ENABLE_CONVERSATION_TITLES: 'true' });
  });
  afterAll(async () => {
    await app?.close();
    await model?.close();
  });
  beforeEach(() => {
    title = '"Sales in May"';
    naming = {};
  });

  const titleFor = async (user: Client): Promise<string> =>
    (await user.get('/chat/sessions')).body.sessions[0]?.title;
  const namingsOf = (question: string) =>
    model.requests.filter((one) => isNaming(one) && one.messages.at(-1)?.content.includes(question));
  const tokensOf = async ({ user }: Client): Promise<number> => {
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    const { rows } = await client.query('SELECT input_tokens FROM usage_ledger WHERE user_id = $1', [user]);
    await client.end();
    return rows[0].input_tokens;
  };

  it('comes from a model after the first answer, once, live and to be searched for', async () => {
    const user = new Client(app.url);
    const device = await user.socket();
    const { body } = await user.send('how did we do last month?', { session_id: 's' });
    expect(body.ai_response.content).toBe('It went well.');
    await eventually(async () => (await titleFor(user)) === 'Sales in May');
    await eventually(() => JSON.stringify(device.of('session:updated')).includes('Sales in May'));
    expect((await user.get('/chat/sessions?q=sales')).body.sessions).toHaveLength(1);
    await user.send('and the month before?', { session_id: 's' });
    expect(namingsOf('how did we do')).toHaveLength(1);
    expect(namingsOf('and the month before')).toHaveLength(0);
    device.close();
  });

  it('counts in the usage of the answer', async () => {
    const user = new Client(app.url);
    naming = { hang: true };
    await user.send('count this', { session_id: 's' });
    const alone = await tokensOf(user);
    naming = {};
    const other = new Client(app.url);
    await other.send('count this', { session_id: 's' });
    await eventually(async () => (await tokensOf(other)) > alone);
  });

  it('stays what its user made it meanwhile', async () => {
    const user = new Client(app.url);
    title = ['Sales ', 'in ', 'May'];
    naming = { delayMs: 400 };
    await user.send('rename this', { session_id: 's' });
    const before = await tokensOf(user);
    await eventually(() => namingsOf('rename this').length === 1);
    await user.call('PATCH', '/chat/session/s', { title: 'Mine' });
    await eventually(async () => (await tokensOf(user)) > before);
    expect(await titleFor(user)).toBe('Mine');
  });

  it.each<[string, string, Behaviour]>([
    ['says nothing that is one', '"..."', {}],
    ['fails', 'Never', { status: 500 }],
  ])('is the first question where the model %s', async (_, said, behaviour) => {
    [title, naming] = [said, behaviour];
    const user = new Client(app.url);
    await user.send(`a question that ${_}`, { session_id: 's' });
    await eventually(() => namingsOf(`a question that ${_}`).length > 0);
    title = 'Never';
    await user.send('another', { session_id: 's' });
    expect(await titleFor(user)).toBe(`a question that ${_}`);
  });

  it('is not made for a conversation that is deleted meanwhile', async () => {
    const user = new Client(app.url);
    naming = { delayMs: 200 };
    await user.send('delete this', { session_id: 's' });
    await eventually(() => namingsOf('delete this').length === 1);
    await user.call('DELETE', '/chat/session/s');
    naming = {};
    await user.send('another one', { session_id: 't' });
    await eventually(async () => (await titleFor(user)) === 'Sales in May');
    expect((await user.get('/chat/sessions')).body.sessions).toHaveLength(1);
  });
});

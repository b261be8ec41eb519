import { type OpenApp, startOpenApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';
import { addFigureSkill, SALES, VIEWS } from '../support/figure-skill.js';

describe('an answer with figures', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await startOpenApp(AUTH_ENV);
    addFigureSkill(app.app);
  });
  afterAll(() => app.close());

  const total = SALES.rows.reduce((sum, { amount }) => sum + Number(amount), 0);

  async function asked(): Promise<{ ann: Client; answer: any }> {
    const ann = new Client(app.url);
    const { status, body }: { status: number; body: any } = await ann.send('Figures please', {
      session_id: 's',
    });
    expect(status).toBe(200);
    return { ann, answer: body.ai_response };
  }

  it('has a part for each, computed from one dataset of the user', async () => {
    const { ann, answer } = await asked();
    expect(answer.parts.map(({ type }: { type: string }) => type)).toEqual([
      'text',
      ...VIEWS.map(([tool]) => tool.replace('show_', '')),
    ]);
    const [text, metric, table, bars] = answer.parts;
    expect(text).toEqual({ type: 'text', text: 'These are the sales.\n' });
    expect(metric).toMatchObject({ label: 'Sales', value: total, unit: 'EUR', source: 'till of the shop' });
    expect(table).toMatchObject({ total: 48, rows: SALES.rows.slice(0, 20) });
    const south = SALES.rows.filter(({ region }) => region === 'South');
    expect(bars.rows[0]).toEqual({
      region: 'South',
      sum_amount: south.reduce((sum, { amount }) => sum + Number(amount), 0),
    });
    expect(bars.summary).toContain('Bar chart');
    expect(await ann.get(`/chat/datasets/${metric.dataset_id}`)).toMatchObject({
      status: 200,
      body: { row_count: 48 },
    });
  });

  it('is whole in its content and in the export, for whoever knows no parts', async () => {
    const { ann, answer } = await asked();
    expect(answer.content).toMatch(/^These are the sales\.\n\n\*\*Sales:\*\* 1,890 EUR\n/);
    for (const title of ['Sales by region', 'Sales by day', 'Shares of regions'])
      expect(answer.content).toContain(`**${title}**`);
    expect(answer.content).not.toContain('https://evil');
    const markdown = await ann.get('/chat/session/s/export?format=markdown');
    expect(String(markdown.body)).toContain(answer.content);
    const json: any = await ann.get('/chat/session/s/export?format=json');
    const exported = typeof json.body === 'string' ? JSON.parse(json.body) : json.body;
    expect(exported.messages.at(-1).parts).toEqual(answer.parts);
  });

  it('streams its text without the words for the figures, and each part once', async () => {
    const ann = new Client(app.url);
    const response = await fetch(`${app.url}/chat/message`, {
      method: 'POST',
      headers: {
        ...{ Authorization: `Bearer ${ann.token}`, Accept: 'text/event-stream' },
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ message: 'Figures please' }),
    });
    const events = [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(([, data]) =>
      JSON.parse(data!),
    );
    const of = (name: string) => events.filter(({ event }) => event === name);
    expect(
      of('text.delta')
        .map(({ text }) => text)
        .join(''),
    ).toBe('These are the sales.\n');
    const [completed] = of('run.completed');
    expect(of('part').map(({ part }) => part)).toEqual(completed.message.parts.slice(1));
  });

  it('takes its rows with it when the conversation is deleted', async () => {
    const { ann, answer } = await asked();
    const path = `/chat/datasets/${answer.parts[1].dataset_id}`;
    expect((await ann.get(path)).status).toBe(200);
    expect((await ann.call('DELETE', '/chat/session/s')).status).toBe(200);
    for (const one of [path, `${path}?format=csv`]) expect((await ann.get(one)).status).toBe(404);
  });
});

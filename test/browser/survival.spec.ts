import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { ServiceProcess } from '../support/service-process.js';
import { countWords, TestBrowser, untilText, widgetOf } from './browser-page.js';

const WORDS = 40;

describe('what a person keeps when pages, the network or the service go away', () => {
  const browser = new TestBrowser();
  let model: ScriptedServer;
  let database: TestDatabase;
  let service: ServiceProcess;
  let host: Server;
  let hostUrl: string;
  let env: Record<string, string>;
  let who: Client;

  beforeAll(async () => {
    model = await startModelServer({ tokens: WORDS, delayMs: 60 });
    database = await createTestDatabase();
    host = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(hostPage(service.url, who.token));
    });
    await new Promise<void>((done) => host.listen(0, '127.0.0.1', done));
    hostUrl = `http://localhost:${(host.address() as AddressInfo).port}`;
    env = { ...AUTH_ENV, DATABASE_URL: database.url, OPENAI_BASE_URL: model.url, CORS_ORIGINS: hostUrl };
    service = await ServiceProcess.start(env);
    env['PORT'] = String(service.port);
    await browser.open();
  });
  beforeEach(() => {
    who = new Client(service.url);
  });
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await service?.kill('SIGKILL');
    await model?.close();
    await database?.drop();
    host.closeAllConnections();
    host.close();
  });

  async function open(page: Page) {
    await page.goto(hostUrl);
    const widget = widgetOf(page);
    await widget.online.waitFor();
    return widget;
  }

  const questionsKept = async (): Promise<string[]> => {
    const { body } = await who.get('/chat/sessions');
    const kept = await Promise.all(
      body.sessions.map(({ id }: { id: string }) => who.get(`/chat/history/${id}?limit=200`)),
    );
    return kept
      .flatMap((answer) => answer.body.session.messages)
      .filter(({ type }) => type === 'user')
      .map(({ content }) => content);
  };

  it('goes on with an answer after a reload from the word that was shown last', async () => {
    const { page, problems } = await browser.page();
    const widget = await open(page);
    await widget.ask('Slowly, please');
    await untilText(widget.answers, (text) => countWords(text) >= 6);
    const resumes = sentBy(page, 'run:resume');
    await page.reload();
    await untilText(widget.answers, (text) => countWords(text) >= 9 && countWords(text) < WORDS);
    await untilText(widget.answers, (text) => countWords(text) === WORDS);
    await page.locator('bizosaas-chat [data-state="completed"]').waitFor();
    expect(resumes.length).toBeGreaterThan(0);
    expect(resumes[0]).toMatchObject({ epoch: 1, after_seq: expect.any(Number) });
    expect(resumes[0]!.after_seq).toBeGreaterThan(0);
    expect(model.requests.length).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  it('shows the new answer in full when the service is killed and started again in the middle of one', async () => {
    const { page } = await browser.page();
    const widget = await open(page);
    await widget.ask('Survive this');
    await untilText(widget.answers, (text) => countWords(text) >= 5);
    await service.kill('SIGKILL');
    await widget.root.locator('.status.reconnecting').waitFor();
    expect(countWords((await widget.answers.textContent()) ?? '')).toBeGreaterThanOrEqual(5);
    service = await ServiceProcess.start(env);
    await widget.online.waitFor();
    await untilText(widget.answers, (text) => countWords(text) === WORDS);
    await page.locator('bizosaas-chat [data-state="completed"]').waitFor();
    expect(await widget.answers.count()).toBe(1);
    expect(await widget.root.locator('.notice').count()).toBe(0);
    expect(await questionsKept()).toEqual(['Survive this']);
  });

  it('sends what was asked while it was cut off once and in order, also after a reload', async () => {
    const { page } = await browser.page();
    const network = await cuttable(page.context());
    const widget = await open(page);
    await network.cut();
    await widget.root.locator('.status.reconnecting, .status.offline').waitFor();
    await widget.ask('First');
    await widget.ask('Second');
    await untilText(widget.questions.last(), (text) => text.includes('Waits for the connection'));
    await page.reload();
    await untilText(widget.questions.last(), (text) => text.includes('Second'));
    expect(await widget.questions.count()).toBe(2);
    await widget.questions.first().getByRole('button', { name: 'Discard' }).waitFor();
    network.mend();
    await untilText(widget.answers.last(), (text) => countWords(text) === WORDS);
    await eventually(async () => (await widget.questions.count()) === 2);
    expect(await widget.root.locator('[data-send]').count()).toBe(0);
    expect(await questionsKept()).toEqual(['First', 'Second']);
    await page.reload();
    await widget.online.waitFor();
    await untilText(widget.answers.last(), (text) => countWords(text) === WORDS);
    expect(await questionsKept()).toEqual(['First', 'Second']);
  });

  it('sends nothing that was discarded', async () => {
    const { page } = await browser.page();
    const network = await cuttable(page.context());
    const widget = await open(page);
    await network.cut();
    await widget.root.locator('.status.reconnecting, .status.offline').waitFor();
    await widget.ask('Better not');
    await widget.ask('But this');
    await widget.questions.first().getByRole('button', { name: 'Discard' }).click();
    network.mend();
    await untilText(widget.answers.last(), (text) => countWords(text) === WORDS);
    expect(await questionsKept()).toEqual(['But this']);
  });

  it('shows two tabs the same, sends what each of them asked once, and what a closed one left', async () => {
    const { page: one } = await browser.page();
    const network = await cuttable(one.context());
    const first = await open(one);
    await first.ask('To begin with');
    await untilText(first.answers, (text) => countWords(text) === WORDS);
    const two = await one.context().newPage();
    const second = await open(two);
    await untilText(second.answers, (text) => countWords(text) === WORDS);
    await network.cut();
    for (const { root } of [first, second])
      await root.locator('.status.reconnecting, .status.offline').waitFor();
    await first.ask('From the first tab');
    await second.ask('From the second tab');
    await untilText(first.questions.last(), (text) => text.includes('From the second tab'));
    await one.close();
    network.mend();
    await untilText(second.answers.last(), (text) => countWords(text) === WORDS);
    await eventually(async () => (await second.root.locator('[data-send]').count()) === 0);
    await eventually(async () => (await second.answers.count()) === 3);
    expect(await questionsKept()).toEqual(['To begin with', 'From the first tab', 'From the second tab']);
  });

  it('offers another try after a reload for an answer that was stopped before its first word', async () => {
    const { page } = await browser.page();
    const widget = await open(page);
    model.setBehaviour({ hang: true, times: 1 });
    await widget.ask('Never mind');
    await widget.stop.click();
    await page.locator('bizosaas-chat [data-state="cancelled"]').waitFor();
    await page.reload();
    await widget.retry.click();
    await untilText(widget.answers.last(), (text) => countWords(text) === WORDS);
    expect(await widget.answers.count()).toBe(1);
  });
});

const hostPage = (api: string, token: string) => `<!doctype html>
  <html lang="en"><head><title>Host</title><link rel="icon" href="data:,"></head><body>
  <script src="${api}/chat/embed.js"></script>
  <script>new BizOSaaSChat({ apiUrl: '${api}', authToken: '${token}', open: true });</script>
  </body></html>`;

/** The bodies of one kind of event that the page sends from now on. */
function sentBy(page: Page, event: string): { after_seq?: number }[] {
  const sent: { after_seq?: number }[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const [name, body] = JSON.parse(/\[.*\]$/s.exec(String(payload))?.[0] ?? '[]') as [string, object];
      if (name === event) sent.push(body);
    }),
  );
  return sent;
}

/** The network between the pages of a context and the service's live parts; what pages are made of always comes. */
async function cuttable(context: BrowserContext) {
  let isCut = false;
  const cuts = new Set<() => Promise<void>>();
  await context.routeWebSocket(/socket\.io/, (socket) => {
    if (isCut) {
      void socket.close();
      return;
    }
    socket.connectToServer();
    cuts.add(() => socket.close());
  });
  await context.route(/\/chat\/(assistants|history)/, (route) => (isCut ? route.abort() : route.fallback()));
  return {
    async cut(): Promise<void> {
      isCut = true;
      await Promise.all([...cuts].map((cut) => cut()));
      cuts.clear();
    },
    mend(): void {
      isCut = false;
    },
  };
}

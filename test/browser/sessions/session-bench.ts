import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Locator } from 'playwright-core';
import pg from 'pg';
import type { SessionList } from '../../../src/conversations/conversations.contract.js';
import { type RunningApp, startApp } from '../../support/app.js';
import { AUTH_ENV, Client, eventually } from '../../support/client.js';
import { startModelServer } from '../../support/model-server.js';
import type { ScriptedServer } from '../../support/scripted-server.js';
import { TestBrowser, widgetOf } from '../browser-page.js';

/** A service, a dashboard with the widget, a user of each test, and that user's devices. */
export class SessionBench {
  who!: Client;
  private readonly browser = new TestBrowser();
  private model!: ScriptedServer;
  private app!: RunningApp;
  private host!: Server;
  private hostUrl = '';

  async open(): Promise<void> {
    this.model = await startModelServer({ reply: () => 'Spring brought **many leads**.' });
    this.host = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(hostPage(this.app.url, this.who.token, request.url?.slice(1) ?? ''));
    });
    await new Promise<void>((done) => this.host.listen(0, '127.0.0.1', done));
    this.hostUrl = `http://localhost:${(this.host.address() as AddressInfo).port}`;
    this.app = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: this.model.url, CORS_ORIGINS: this.hostUrl });
    await this.browser.open();
  }

  newUser(): void {
    this.who = new Client(this.app.url);
  }

  clear(): Promise<void> {
    return this.browser.clear();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.app?.close();
    await this.model?.close();
    this.host.closeAllConnections();
    this.host.close();
  }

  /** Conversations named after their questions, said so many hours ago; their ids are their places. */
  async talked(...conversations: readonly (readonly [question: string, hours: number])[]) {
    for (const [id, [question]] of conversations.entries()) {
      const { status } = await this.who.send(question, { session_id: `s${id}` });
      if (status !== 200) throw new Error(`A question was answered with ${status}`);
    }
    await eventually(async () => {
      const { sessions } = (await this.who.get<SessionList>('/chat/sessions?limit=100')).body;
      return sessions.length === conversations.length && sessions.every(({ unread }) => unread === 1);
    });
    const now = Date.now();
    const database = new pg.Client(this.app.databaseUrl);
    await database.connect();
    for (const [id, [, hours]] of conversations.entries())
      await database.query('UPDATE chat_sessions SET last_activity = $1 WHERE id = $2 AND user_id = $3', [
        new Date(now - hours * 3_600_000 - id),
        `s${id}`,
        this.who.user,
      ]);
    await database.end();
  }

  /** A browser of the user: with the panel open, in `theme` or `theme/direction`. */
  async device(theme = 'light', options: Parameters<TestBrowser['page']>[0] = {}) {
    const { page, problems } = await this.browser.page({
      reducedMotion: 'reduce',
      timezoneId: 'UTC',
      ...options,
    });
    await page.goto(`${this.hostUrl}/${theme}`);
    const widget = widgetOf(page);
    await widget.online.waitFor();
    return { page, problems, widget, ...listOf(widget.root) };
  }
}

/** The list, as a person finds its parts. */
export const listOf = (root: Locator) => ({
  opener: button(root, 'Conversations'),
  region: root.getByRole('region', { name: 'Conversations' }),
  search: root.getByRole('searchbox'),
  rows: root.locator('.session'),
  titles: root.locator('.session-title'),
  row: (title: string) => root.locator('.session', { hasText: title }),
  open: (title: string) => root.locator('.session-open', { hasText: title }),
  options: (title: string) => button(root, `Options for ${title}`),
  option: (name: string) => root.getByRole('menuitem', { name }),
  alert: root.locator('.sessions').getByRole('alert'),
});

export type List = ReturnType<typeof listOf>;

export const button = (within: Locator, name: string) => within.getByRole('button', { name, exact: true });

/** Waits until the list shows exactly these conversations. */
export const titled = (list: List, titles: string[]) =>
  eventually(async () => JSON.stringify(await list.titles.allTextContents()) === JSON.stringify(titles));

export const focused = (one: Locator) =>
  eventually(() => one.evaluate((element) => element.matches(':focus')));

/** Does something with a conversation by its menu. */
export async function choose(list: List, title: string, option: string): Promise<void> {
  await list.options(title).click();
  await list.option(option).click();
}

/** In: `theme` or `theme/direction`. */
function hostPage(api: string, token: string, path: string): string {
  const [theme, direction] = path.split('/');
  const options = JSON.stringify({ apiUrl: api, authToken: token, open: true, theme });
  return `<!doctype html>
  <html lang="en" dir="${direction ?? 'ltr'}"><head><title>Host</title><link rel="icon" href="data:,">
  <meta name="viewport" content="width=device-width, initial-scale=1"></head>
  <body><main><h1>Host</h1></main><script src="${api}/chat/embed.js"></script>
  <script>new BizOSaaSChat(${options});</script></body></html>`;
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RunningApp, startApp } from '../support/app.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';
import { sqlAdmin, tailAdmin } from './readme-snippets.js';
import { TestBrowser, untilText, widgetOf } from './browser-page.js';

interface Chat {
  on(event: string, handler: (data: never) => void): void;
  open(): void;
  send(text: string): void;
  setToken(token: string): void;
  destroy(): void;
}
interface PageWindow {
  BizOSaaSChat: { new (options: object): Chat; open?: unknown };
  chat: Chat;
  errors: string[];
  ran?: number;
  effect(token: string): void;
  hostile(): void;
}
interface PageDocument {
  adoptedStyleSheets: object[];
  getElementById(id: string): object;
  querySelectorAll(selector: string): { length: number };
}

/** Names of the page, for the functions that run there. */
declare const window: PageWindow;
declare const document: PageDocument;
declare const localStorage: object;
declare const getComputedStyle: (element: unknown) => Record<string, string>;
declare const CSSStyleSheet: new () => { replaceSync(css: string): void };

const ANN = { sub: 'ann', tenant_id: 'acme', role: 'tenant_admin' };
const token = (claims: object = {}) => signToken({ ...ANN, ...claims });

describe('a dashboard of another origin', () => {
  const browser = new TestBrowser();
  let host: Server;
  let hostUrl: string;
  let app: RunningApp;
  let policy: string | undefined;
  let body = '';
  let served = '';

  beforeAll(async () => {
    host = createServer((request, response) => {
      if (request.url === '/api/auth/token') {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ token: served }));
        return;
      }
      if (request.url === '/host.js') {
        response.setHeader('content-type', 'text/javascript');
        response.end(tailAdmin(app.url));
        return;
      }
      response.setHeader('content-type', 'text/html');
      if (policy) response.setHeader('content-security-policy', policy);
      response.end(
        `<!doctype html><html lang="en"><head><title>Host</title><link rel="icon" href="data:,"></head><body>${body}</body></html>`,
      );
    });
    await new Promise<void>((done) => host.listen(0, '127.0.0.1', done));
    hostUrl = `http://localhost:${(host.address() as AddressInfo).port}`;
    app = await startApp({ CORS_ORIGINS: hostUrl, JWT_SECRET: TEST_SECRET });
    await browser.open();
  });
  beforeEach(() => {
    policy = undefined;
    body = '';
    served = token();
  });
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await app?.close();
    host.closeAllConnections();
    host.close();
  });

  async function tailAdminPage() {
    body = '<h1>TailAdmin</h1><script src="/host.js"></script>';
    const { page, problems } = await browser.page();
    await page.goto(hostUrl);
    const run = async (which: string, times: number) => {
      await page.evaluate((given) => window.effect(given), which);
      await page.waitForFunction((count) => window.ran === count, times);
    };
    return { page, problems, run, widget: widgetOf(page) };
  }

  it('runs the TailAdmin snippet twice and has one widget, which keeps what was said', async () => {
    const { page, problems, run, widget } = await tailAdminPage();
    await run(token(), 1);
    await widget.launcher.click();
    await widget.online.waitFor();
    await widget.ask('Hello from TailAdmin');
    await page.locator('bizosaas-chat [data-state="completed"]').waitFor();
    await run(token(), 2);
    expect(await widget.root.count()).toBe(1);
    expect(await widget.panel.isVisible()).toBe(true);
    expect(await widget.questions.allTextContents()).toEqual([
      expect.stringContaining('Hello from TailAdmin'),
    ]);
    const box = await widget.launcher.boundingBox();
    expect(box!.x).toBeGreaterThan(1000);
    expect(problems).toEqual([]);
  });

  it('runs the effect twice at once, as StrictMode does', async () => {
    const { page, run, widget } = await tailAdminPage();
    const one = token();
    await page.evaluate((given) => window.effect(given), one);
    await run(one, 2);
    expect(await widget.root.count()).toBe(1);
    expect(await page.evaluate(() => typeof window.BizOSaaSChat.open)).toBe('function');
  });

  it('wipes the widget when another user signs in', async () => {
    const { page, run, widget } = await tailAdminPage();
    await run(token(), 1);
    await widget.launcher.click();
    await widget.online.waitFor();
    await widget.ask('Only for Ann');
    await page.locator('bizosaas-chat [data-state="completed"]').waitFor();
    await run(token({ sub: 'bob', role: 'readonly' }), 2);
    expect(await widget.root.count()).toBe(1);
    await widget.launcher.click();
    await untilText(widget.name, (name) => name === 'InfoBot');
    expect(await widget.questions.count()).toBe(0);
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('ann')))).toEqual(
      [],
    );
  });

  it('runs the SQLAdmin snippet, pasted twice, on every page load, and stays open', async () => {
    body = `<h1>SQLAdmin</h1>${sqlAdmin(app.url)}${sqlAdmin(app.url)}`;
    const { page, problems } = await browser.page();
    await page.goto(hostUrl);
    const widget = widgetOf(page);
    await widget.launcher.click();
    await widget.online.waitFor();
    await widget.ask('Hello from SQLAdmin');
    await page.locator('bizosaas-chat [data-state="completed"]').waitFor();
    const box = await widget.launcher.boundingBox();
    expect(box!.x).toBeLessThan(100);
    await page.goto(`${hostUrl}/another`);
    await widget.panel.waitFor();
    await untilText(widget.questions, (text) => text.includes('Hello from SQLAdmin'));
    expect(await widget.root.count()).toBe(1);
    expect(problems).toEqual([]);
  });

  it('leaves no cookie and no global but its own', async () => {
    const { page, run, widget } = await tailAdminPage();
    const before = await page.evaluate(() => Object.getOwnPropertyNames(window));
    await run(token(), 1);
    await widget.launcher.click();
    await widget.online.waitFor();
    const after = await page.evaluate(() => Object.getOwnPropertyNames(window));
    expect(after.filter((name) => !before.includes(name)).sort()).toEqual(['BizOSaaSChat', 'ran']);
    expect(await page.context().cookies()).toEqual([]);
  });

  it('works under a strict policy with trusted types', async () => {
    const socket = app.url.replace('http', 'ws');
    policy = `default-src 'self'; script-src 'self' ${app.url}; style-src 'self'; connect-src 'self' ${app.url} ${socket}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`;
    body = `<script src="${app.url}/chat/v1/embed.js"></script><div id="here"></div>`;
    const { page, problems } = await browser.page();
    await page.goto(hostUrl);
    await page.evaluate(
      ([api, authToken]) => {
        const Chat = window.BizOSaaSChat;
        new Chat({ apiUrl: api, authToken }).open();
      },
      [app.url, token()],
    );
    const widget = widgetOf(page);
    await widget.online.waitFor();
    await widget.ask('**Strict**, with `code`');
    await page.locator('bizosaas-chat [data-state="completed"]').waitFor();
    expect(problems).toEqual([]);
  });

  it('is not harmed by the host’s styles, and does not harm them', async () => {
    body = `<script src="${app.url}/chat/embed.js"></script><h2 id="mine">Mine</h2>`;
    const { page } = await browser.page();
    await page.goto(hostUrl);
    const style = () =>
      page.evaluate(() =>
        JSON.stringify(
          Object.fromEntries(Object.entries(getComputedStyle(document.getElementById('mine')!))),
        ),
      );
    const before = await style();
    await page.evaluate(
      ([api, authToken]) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(
          '* { font-size: 40px !important; } button, textarea { display: none; } bizosaas-chat { display: none; }',
        );
        const Chat = window.BizOSaaSChat;
        new Chat({ apiUrl: api, authToken }).open();
        Object.assign(window, { hostile: () => (document.adoptedStyleSheets = [sheet]) });
      },
      [app.url, token()],
    );
    const widget = widgetOf(page);
    await widget.online.waitFor();
    expect(await style()).toBe(before);
    await page.evaluate(() => window.hostile());
    expect(await widget.field.isVisible()).toBe(true);
    expect(await widget.name.evaluate((element) => getComputedStyle(element).fontSize)).toBe('16px');
  });

  it('asks to sign in again when the token has ended, tells the host, and goes on with a new one', async () => {
    body = `<script src="${app.url}/chat/embed.js"></script>`;
    const { page } = await browser.page();
    await page.goto(hostUrl);
    await page.evaluate(
      ([api, authToken]) => {
        window.errors = [];
        window.chat = new window.BizOSaaSChat({ apiUrl: api, authToken, open: true });
        window.chat.on('error', (error: { code: string }) => window.errors.push(error.code));
      },
      [app.url, signToken(ANN, { expiresIn: -3600 })],
    );
    const widget = widgetOf(page);
    await widget.root.locator('.notice').waitFor();
    expect(await widget.root.locator('.notice').textContent()).toContain('Sign in again');
    expect(await widget.field.isDisabled()).toBe(true);
    expect(await page.evaluate(() => window.errors)).toContain('AUTH_TOKEN_EXPIRED');
    await page.evaluate((given) => window.chat.setToken(given), token());
    await widget.online.waitFor();
    expect(await widget.field.isEnabled()).toBe(true);
  });

  it('opens, sends, tells and goes away by its methods', async () => {
    body = `<script src="${app.url}/chat/embed.js"></script><div id="here" style="height:600px"></div>`;
    const { page } = await browser.page();
    await page.goto(hostUrl);
    const seen = await page.evaluate(
      async ([api, authToken]) => {
        const Widget = window.BizOSaaSChat;
        const chat = new Widget({ apiUrl: api, authToken, container: '#here' });
        const names: string[] = [];
        for (const name of ['ready', 'open', 'close', 'message', 'answer', 'unread'])
          chat.on(name, () => names.push(name));
        chat.send('By method');
        const answered = new Promise((done) => chat.on('answer', done));
        const { content } = (await answered) as { content: string };
        chat.destroy();
        return {
          names,
          hasContent: content.length > 0,
          left: document.querySelectorAll('bizosaas-chat').length,
        };
      },
      [app.url, token()],
    );
    expect(seen).toMatchObject({ hasContent: true, left: 0 });
    expect(seen.names).toEqual(expect.arrayContaining(['ready', 'message', 'answer']));
  });
});

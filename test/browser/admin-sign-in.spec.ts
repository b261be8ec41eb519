import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { type RunningApp, startApp } from '../support/app.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';
import { adminOf } from './admin-page.js';
import { TestBrowser, untilText } from './browser-page.js';

const CHIEF = { sub: 'chief', tenant_id: 'bizosaas', role: 'super_admin' };

/** Opens or frames the page of figures and gives it `window.token` each time it asks. */
const HOST = `<!doctype html><html lang="en"><head><title>Host</title><link rel="icon" href="data:,"></head><body>
<script>
  window.asked = 0;
  window.give = (target, token) => target.postMessage({ type: 'bizosaas:token', token }, '*');
  window.addEventListener('message', ({ data, source }) => {
    if (data.type !== 'bizosaas:token-wanted') return;
    window.asked += 1;
    window.give(source, window.token);
  });
</script></body></html>`;

/** Names of the pages, for the functions that run there. */
declare const window: {
  token: string;
  asked: number;
  other: object;
  give(target: object, token: string): void;
  heard: number;
  addEventListener(type: 'message', listener: () => void): void;
};
declare const open: (url: string) => object;
declare const document: {
  body: { append(child: object): void };
  createElement(tag: string): { src: string };
};

describe('the sign-in of the page of figures', () => {
  const browser = new TestBrowser();
  const token = (claims: object = {}) => signToken({ ...CHIEF, ...claims });
  let host: Server;
  let friend: string;
  let stranger: string;
  let app: RunningApp;

  beforeAll(async () => {
    host = createServer((_, response) => response.setHeader('content-type', 'text/html').end(HOST));
    await new Promise<void>((done) => host.listen(0, '127.0.0.1', done));
    const { port } = host.address() as AddressInfo;
    friend = `http://localhost:${port}`;
    stranger = `http://127.0.0.1:${port}`;
    app = await startApp({ CORS_ORIGINS: friend, JWT_SECRET: TEST_SECRET, DEMO_MODE: 'true' });
    await browser.open();
  });
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await app?.close();
    host?.close();
  });

  async function hostPage(origin: string): Promise<Page> {
    const { page } = await browser.page();
    await page.goto(origin);
    await page.evaluate((given) => void (window.token = given), token());
    return page;
  }

  async function popupOf(page: Page): Promise<Page> {
    const coming = page.waitForEvent('popup');
    await page.evaluate((url) => void (window.other = open(url)), `${app.url}/chat/admin`);
    const popup = await coming;
    await page.waitForFunction(() => window.asked > 0);
    return popup;
  }

  it('takes a token from a dashboard that opened it, and keeps it to itself', async () => {
    const popup = await popupOf(await hostPage(friend));
    await adminOf(popup, app.url).heading('The whole platform').waitFor();
    const kept = await popup.evaluate(
      `JSON.stringify([document.documentElement.outerHTML, location.href, { ...localStorage }, { ...sessionStorage }])`,
    );
    expect(kept).not.toContain(token().split('.')[1]);
  });

  it('takes none from another page that opened it', async () => {
    const page = await hostPage(stranger);
    const popup = await popupOf(page);
    const calls: string[] = [];
    popup.on('request', (one) => calls.push(one.url()));
    await popup.evaluate(() => {
      window.heard = 0;
      window.addEventListener('message', () => (window.heard += 1));
    });
    await page.evaluate(() => window.give(window.other, window.token));
    await popup.waitForFunction(() => window.heard > 0);
    await adminOf(popup, app.url).signIn('not.a.token');
    await untilText(popup.getByRole('alert'), (text) => text.includes('not accepted'));
    expect(calls.map((url) => new URL(url).pathname)).toEqual(['/chat/assistants']);
  });

  it('takes a token in the frame of a dashboard, and asks for another when it is refused', async () => {
    const page = await hostPage(friend);
    await page.evaluate((given) => void (window.token = given), token({ role: 'tenant_admin' }));
    await page.evaluate((url) => {
      document.body.append(
        Object.assign(document.createElement('iframe'), { src: url, width: 900, height: 700 }),
      );
    }, `${app.url}/chat/admin`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'Your organisation' }).waitFor();
    expect(await page.evaluate(() => window.asked)).toBe(1);
    await page.route('**/chat/analytics*', (route) => route.fulfill({ status: 401, json: {} }), { times: 1 });
    await frame.getByRole('button', { name: 'Refresh' }).click();
    await page.waitForFunction(() => window.asked === 2);
    await frame.getByRole('heading', { name: 'Your organisation' }).waitFor();
  });

  it('asks a dashboard once that only has a token that is not accepted', async () => {
    const page = await hostPage(friend);
    await page.evaluate((given) => void (window.token = given), signToken(CHIEF, { expiresIn: -60 }));
    const popup = await popupOf(page);
    await untilText(popup.getByRole('alert'), (text) => text.includes('not accepted'));
    await adminOf(popup, app.url).signIn(signToken(CHIEF, { expiresIn: -30 }));
    await untilText(popup.getByRole('alert'), (text) => text.includes('not accepted'));
    await page.evaluate((given) => window.give(window.other, given), token());
    await adminOf(popup, app.url).heading('The whole platform').waitFor();
    expect(await page.evaluate(() => window.asked)).toBe(1);
  });

  it('is framed by no other page', async () => {
    const page = await hostPage(stranger);
    const refused = page.waitForEvent('console', (line) => line.text().includes('frame-ancestors'));
    await page.evaluate((url) => {
      document.body.append(Object.assign(document.createElement('iframe'), { src: url }));
    }, `${app.url}/chat/admin`);
    await refused;
    expect(await page.frameLocator('iframe').locator('#app').count()).toBe(0);
    expect(await page.evaluate(() => window.asked)).toBe(0);
  });

  it('offers demo roles, and comes back with a sentence when a token is refused', async () => {
    const { page, problems } = await browser.page();
    const view = adminOf(page, app.url);
    await view.goto();
    await page.getByRole('button', { name: 'Tenant admin' }).click();
    await view.heading('Your organisation').waitFor();
    expect(problems).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await view.gate.waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await view.signIn(signToken(CHIEF, { expiresIn: -60 }));
    await untilText(page.getByRole('alert'), (text) => text.includes('Sign in again'));
    expect(await page.getByLabel('Access token').inputValue()).toBe('');
  });

  it('tells of a busy, a broken and an absent service in a sentence, and tries again', async () => {
    const { page } = await browser.page();
    const view = adminOf(page, app.url);
    await view.goto();
    let answer: { status: number; detail: string; retryAfter: string } | undefined = {
      status: 503,
      detail: 'The database is away.',
      retryAfter: '7',
    };
    await page.route('**/chat/analytics*', (route) =>
      answer
        ? route.fulfill({
            status: answer.status,
            headers: { 'Retry-After': answer.retryAfter },
            json: { status: answer.status, detail: answer.detail },
          })
        : route.continue(),
    );
    await view.signIn(token());
    await untilText(view.trouble, (text) => text.includes('The database is away. Try again in 7 s.'));
    answer = { status: 429, detail: 'x', retryAfter: '2' };
    await view.retry.click();
    await untilText(view.trouble, (text) =>
      text.includes('Too many requests in a short time. Try again in 2 s.'),
    );
    answer = undefined;
    await view.retry.click();
    await view.heading('Nothing was asked in this period').waitFor();
    expect(await view.trouble.count()).toBe(0);
    await page.context().setOffline(true);
    await view.refresh.click();
    await untilText(
      view.trouble,
      (text) => text.includes('cannot be reached') && text.includes('loaded before'),
    );
    await page.context().setOffline(false);
    await view.retry.click();
    await view.trouble.waitFor({ state: 'detached' });
  });
});

import { type RunningApp, startApp } from '../support/app.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';
import { TestBrowser, widgetOf } from './browser-page.js';
import { type HostPage, startHostPage } from './host-page.js';

interface PageWindow {
  BizOSaaSChat: new (options: object) => unknown;
  chat: { send(text: string): void };
  notes: number;
}

/** Names of the page, for the functions that run there. */
declare const window: PageWindow;
declare const OscillatorNode: { prototype: { start(this: unknown, ...when: number[]): void } };

describe('the sound of an answer', () => {
  const browser = new TestBrowser();
  const authToken = signToken({ sub: 'ann', tenant_id: 'acme', role: 'tenant_admin' });
  let host: HostPage;
  let app: RunningApp;

  beforeAll(async () => {
    host = await startHostPage(
      () => `<!doctype html><html lang="en"><head><title>Host</title><link rel="icon" href="data:,"></head><body>
<script src="${app.url}/chat/embed.js"></script><script>window.chat = new BizOSaaSChat({ authToken: '${authToken}' })</script></body></html>`,
    );
    app = await startApp({ CORS_ORIGINS: host.url, JWT_SECRET: TEST_SECRET });
    await browser.open();
  });
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await app?.close();
    host?.close();
  });

  it('is made only where it is asked to, and nobody looks', async () => {
    const { page } = await browser.page();
    const widget = widgetOf(page);
    await page.goto(host.url);
    await page.evaluate(() => {
      window.notes = 0;
      const { start } = OscillatorNode.prototype;
      OscillatorNode.prototype.start = function (...when) {
        window.notes += 1;
        start.apply(this, when);
      };
    });
    const answers = page.locator('bizosaas-chat [data-state="completed"]');
    const askClosed = async (text: string, count: number) => {
      await page.evaluate((given) => window.chat.send(given), text);
      await answers.nth(count - 1).waitFor({ state: 'attached' });
    };
    await widget.launcher.click();
    await widget.online.waitFor();
    await widget.launcher.click();
    await askClosed('Silently', 1);
    await page.evaluate(
      (given) => void new window.BizOSaaSChat({ authToken: given, sound: true }),
      authToken,
    );
    await askClosed('Loudly', 2);
    await page.waitForFunction(() => window.notes === 2);
    await widget.launcher.click();
    await widget.ask('While I look');
    await answers.nth(2).waitFor();
    await widget.launcher.click();
    await askClosed('Again', 4);
    await page.waitForFunction(() => window.notes > 2);
    expect(await page.evaluate(() => window.notes)).toBe(4);
  });
});

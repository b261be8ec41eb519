import type { Page, Route } from 'playwright-core';
import { type RunningApp, startApp } from '../support/app.js';
import { TestBrowser, untilText, widgetOf } from './browser-page.js';

type Failing = (route: Route) => Promise<void>;

const refuse = (status: number, code: string, detail: string): Failing => {
  const headers = { 'retry-after': '1' };
  const json = { type: 'about:blank', status, code, title: code, detail };
  return (route) => route.fulfill({ status, headers, json });
};
const OUT_OF_REACH = 'Not reachable. Trying again…';

/** What the service does when it is asked who is there, and what the user is told. */
const BY_ITSELF: readonly (readonly [string, Failing])[] = [
  ['is down', (route) => route.abort('connectionrefused')],
  ['is asked too often (429)', refuse(429, 'RATE_LIMITED', 'Too many requests.')],
  ['starts or drains (503)', refuse(503, 'DRAINING', 'The service is restarting.')],
  ['breaks (500)', refuse(500, 'INTERNAL', 'Something broke.')],
  ['answers with something else', (route) => route.fulfill({ status: 200, body: '<html>Proxy</html>' })],
  ['never answers', () => new Promise<void>(() => undefined)],
];
const BY_HAND: readonly (readonly [string, Failing, string])[] = [
  ['knows the token no more (401)', refuse(401, 'TOKEN_INVALID', 'Who?'), 'Sign in again'],
  [
    'lets the user not in (403)',
    refuse(403, 'ROLE_UNKNOWN', 'Your role has no assistant.'),
    'Your role has no assistant.',
  ],
];

describe('what a user is told when the service fails', () => {
  const browser = new TestBrowser();
  let app: RunningApp;

  beforeAll(async () => {
    app = await startApp({ RATE_LIMIT_PER_MINUTE: '2' });
    await browser.open();
  });
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await app?.close();
  });

  async function opened(failing?: Failing): Promise<Page> {
    const { page } = await browser.page();
    await page.goto(`${app.url}/chat/widget`);
    if (failing) await page.route('**/chat/assistants', failing);
    await page.getByRole('radio', { name: 'Read only' }).click();
    return page;
  }

  it.each(BY_ITSELF)('says so where it %s, and comes in by itself once that is over', async (_, failing) => {
    const page = await opened(failing);
    const widget = widgetOf(page);
    await untilText(widget.root.locator('.status'), (text) => text.trim() === OUT_OF_REACH);
    expect(await widget.root.locator('.dots').count()).toBe(0);
    await page.unroute('**/chat/assistants');
    await widget.online.waitFor();
    await widget.root.locator('.chip').first().waitFor();
  });

  it.each(BY_HAND)(
    'says so where it %s, and comes in when it is asked to look again',
    async (_, failing, told) => {
      const page = await opened(failing);
      const widget = widgetOf(page);
      const alert = widget.root.getByRole('alert');
      await untilText(alert, (text) => text.includes(told));
      expect(await widget.field.isDisabled()).toBe(true);
      await page.unroute('**/chat/assistants');
      await alert.getByRole('button', { name: 'Check again' }).click();
      await widget.online.waitFor();
      expect(await widget.field.isDisabled()).toBe(false);
    },
  );

  it('keeps a question that came too soon, says when it can be sent, and lets it be sent or taken back', async () => {
    const page = await opened();
    const widget = widgetOf(page);
    await widget.online.waitFor();
    for (const turn of [1, 2]) {
      await widget.ask(`Question ${turn}`);
      await widget.root
        .locator('[data-state="completed"]')
        .nth(turn - 1)
        .waitFor();
    }
    await widget.ask('One too many');
    const stuck = widget.root.locator('[data-send]');
    await stuck.waitFor();
    expect(await stuck.textContent()).toContain('One too many');
    await stuck.getByRole('button', { name: 'Discard' }).waitFor();
    await untilText(widget.root.getByRole('alert'), (text) => /You can send again in \d+ s\./.test(text));
    expect(await widget.root.locator('.dots').count()).toBe(0);
    await stuck.getByRole('button', { name: 'Edit' }).click();
    expect(await widget.field.inputValue()).toBe('One too many');
    await stuck.waitFor({ state: 'detached' });
    expect(await widget.questions.count()).toBe(2);
  });
});

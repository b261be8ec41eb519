import type { Page } from 'playwright-core';
import { type RunningApp, startApp } from '../support/app.js';
import { eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { countWords, TestBrowser, untilText, widgetOf } from './browser-page.js';

interface Box {
  getBoundingClientRect(): { x: number; y: number; width: number; height: number };
}

/** Names of the page, for the functions that run there. */
declare const document: {
  activeElement: { shadowRoot?: { activeElement?: { tagName: string } } } | null;
  documentElement: { scrollWidth: number };
  querySelector(selector: string): { shadowRoot: { querySelector(selector: string): Box | null } } | null;
};
declare const localStorage: object;
declare const innerWidth: number;
declare const innerHeight: number;

describe('the demo page', () => {
  const browser = new TestBrowser();
  let model: ScriptedServer;
  let app: RunningApp;

  beforeAll(async () => {
    model = await startModelServer({ tokens: 60, delayMs: 40 });
    app = await startApp({ OPENAI_BASE_URL: model.url });
    await browser.open();
  });
  beforeEach(() => model.setBehaviour({}));
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await app?.close();
    await model?.close();
  });

  async function demo(role: string) {
    const { page, problems } = await browser.page();
    await page.goto(`${app.url}/chat/widget`);
    await page.getByRole('radio', { name: role }).click();
    const widget = widgetOf(page);
    await widget.online.waitFor();
    return { page, problems, widget };
  }

  it('greets by role, streams an answer, and has it again after a reload', async () => {
    const { page, problems, widget } = await demo('Tenant admin');
    await untilText(widget.name, (name) => name === 'BizBot');
    await widget.ask('How is business?');
    await untilText(widget.answers, (text) => countWords(text) >= 3 && countWords(text) < 60);
    const whole = await untilText(widget.answers, (text) => countWords(text) === 60);
    expect(whole).toContain('w59');
    await page.locator('bizosaas-chat [data-state="completed"]').waitFor();

    await page.reload();
    await widget.online.waitFor();
    await untilText(widget.questions, (text) => text.includes('How is business?'));
    await untilText(widget.answers, (text) => countWords(text) === 60);
    expect(await widget.answers.count()).toBe(1);
    expect(problems).toEqual([]);
  });

  it('stops an answer, keeps what had come, and answers again on request', async () => {
    const { page, widget } = await demo('Super admin');
    await widget.ask('Tell me everything');
    await untilText(widget.answers, (text) => countWords(text) >= 3);
    await widget.stop.click();
    await page.locator('bizosaas-chat [data-state="cancelled"]').waitFor();
    const kept = countWords((await widget.answers.textContent()) ?? '');
    expect(kept).toBeGreaterThanOrEqual(3);
    expect(kept).toBeLessThan(60);
    await widget.retry.click();
    await untilText(widget.answers, (text) => countWords(text) === 60);
    expect(await widget.answers.count()).toBe(1);
  });

  it('goes on with a running answer after a reload, from its first word', async () => {
    const { page, widget } = await demo('User');
    await widget.ask('Slowly, please');
    await untilText(widget.answers, (text) => countWords(text) >= 3);
    await page.reload();
    const resumed = await untilText(widget.answers, (text) => countWords(text) > 3);
    expect(countWords(resumed)).toBeLessThanOrEqual(60);
    await untilText(widget.answers, (text) => countWords(text) === 60);
    await page.locator('bizosaas-chat [data-state="completed"]').waitFor();
  });

  it('shows another assistant and none of the first one’s messages after a change of role', async () => {
    const { page, widget } = await demo('Tenant admin');
    await widget.ask('A secret of the tenant admin');
    await page.locator('bizosaas-chat [data-state="completed"]').waitFor();
    await page.getByRole('radio', { name: 'Read only' }).click();
    await untilText(widget.name, (name) => name === 'InfoBot');
    await widget.online.waitFor();
    expect(await widget.questions.count()).toBe(0);
    expect(await widget.panel.textContent()).not.toContain('secret');
    expect(
      await page.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith(':session'))),
    ).toEqual([]);
  });

  it('tells of a failed answer with a way to ask again', async () => {
    const { page, widget } = await demo('Super admin');
    model.setBehaviour({ dieAfter: 5 });
    await widget.ask('Break in the middle');
    await page.locator('bizosaas-chat [data-state="failed"]').waitFor();
    expect(await widget.questions.last().textContent()).toContain('Break in the middle');
    model.setBehaviour({});
    await widget.retry.click();
    await untilText(widget.answers.last(), (text) => countWords(text) === 60);
  });

  it('says that the connection is lost, and sends once, even when the acknowledgement was lost with it', async () => {
    const { page } = await browser.page();
    let broken = false;
    let sends = 0;
    await page.routeWebSocket(/socket\.io/, (socket) => {
      if (broken) {
        void socket.close();
        return;
      }
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        server.send(frame);
        if (!String(frame).includes('message:send')) return;
        sends += 1;
        if (sends > 1) return;
        broken = true;
        void socket.close();
      });
    });
    await page.goto(`${app.url}/chat/widget`);
    await page.getByRole('radio', { name: 'User' }).click();
    const widget = widgetOf(page);
    await widget.online.waitFor();
    await widget.ask('Asked into the dark');
    await widget.root.locator('.status.reconnecting').waitFor();
    await untilText(widget.questions.last(), (text) => text.includes('Waits for the connection'));
    broken = false;
    await widget.online.waitFor();
    await untilText(widget.answers.last(), (text) => countWords(text) === 60);
    expect(sends).toBe(2);
    const asked = await widget.questions.allTextContents();
    expect(asked.filter((text) => text.includes('Asked into the dark'))).toHaveLength(1);
  });

  it('keeps the newest line in view while the field grows', async () => {
    const { page, widget } = await demo('User');
    for (const question of ['One', 'Two']) {
      await widget.ask(question);
      await untilText(widget.answers.last(), (text) => countWords(text) === 60);
    }
    await page.locator('bizosaas-chat [data-state="completed"]').nth(1).waitFor();
    const below = () =>
      widget.root
        .locator('.scroll')
        .evaluate((area) => area.scrollHeight - area.clientHeight - area.scrollTop);
    const before = await widget.field.boundingBox();
    await widget.field.fill('a\nb\nc\nd\ne');
    await eventually(async () => (await widget.field.boundingBox())!.height > before!.height);
    await eventually(async () => (await below()) < 2);
    expect(await below()).toBeLessThan(2);
  });

  it('works with the keyboard, and gives the focus back', async () => {
    const { page, widget } = await demo('Read only');
    await widget.field.waitFor();
    await eventually(async () => (await focused(page)) === 'TEXTAREA');
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two lines');
    await page.keyboard.press('Enter');
    await untilText(widget.questions.last(), (text) => text.includes('By keyboard\ntwo lines'));
    await page.keyboard.press('Escape');
    await widget.panel.waitFor({ state: 'hidden' });
    await eventually(async () => (await focused(page)) === 'BUTTON');
    await page.keyboard.press('Enter');
    await widget.panel.waitFor();
    await eventually(async () => (await focused(page)) === 'TEXTAREA');
  });

  it('follows the dark switch of the page', async () => {
    const { page, widget } = await demo('User');
    expect(await widget.panel.getAttribute('data-theme')).toBe('light');
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.locator('bizosaas-chat .panel[data-theme="dark"]').waitFor();
  });

  it('fills a phone, without scrolling the page sideways', async () => {
    const { page } = await browser.page({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await page.goto(`${app.url}/chat/widget`);
    await page.getByRole('radio', { name: 'User' }).click();
    const widget = widgetOf(page);
    await widget.online.waitFor();
    await page.waitForFunction(() => {
      const box = document
        .querySelector('bizosaas-chat')
        ?.shadowRoot?.querySelector('.panel')
        ?.getBoundingClientRect();
      return box && box.x === 0 && box.y === 0 && box.width === innerWidth && box.height === innerHeight;
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect((await widget.field.boundingBox())!.height).toBeGreaterThan(30);
  });
});

describe('the demo page without demo identities', () => {
  const browser = new TestBrowser();
  let app: RunningApp;
  const secret = 'q7Wd0mZ4tXv9Rk2LhB6yPc3uJf8sNa1eGo5iTx0K';

  beforeAll(async () => {
    app = await startApp({ JWT_SECRET: secret });
    await browser.open();
  });
  afterAll(async () => {
    await browser.close();
    await app?.close();
  });

  it('says so, and takes a token of one’s own', async () => {
    const { signToken } = await import('../support/tokens.js');
    const { page } = await browser.page();
    await page.goto(`${app.url}/chat/widget`);
    await untilText(page.locator('#message'), (text) => text.includes('switched off'));
    await page.getByLabel('Access token').fill(signToken({ role: 'readonly' }, { secret }));
    await page.getByRole('button', { name: 'Use token' }).click();
    const widget = widgetOf(page);
    await widget.online.waitFor();
    await untilText(widget.name, (name) => name === 'InfoBot');
    await widget.ask('Hello');
    await page.locator('bizosaas-chat [data-state="completed"]').waitFor();
    expect(await widget.questions.count()).toBe(1);
  });
});

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName);
}

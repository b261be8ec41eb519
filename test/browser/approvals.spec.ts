import type { Page } from 'playwright-core';
import { type OpenApp, startOpenApp } from '../support/app.js';
import { addAskingBackend, Effects } from '../support/asking-backend.js';
import { TestBrowser, widgetOf } from './browser-page.js';
import { findings } from './findings.js';

declare const document: { activeElement: { shadowRoot: { activeElement: { tagName: string } | null } } };

jest.setTimeout(180_000);

describe('an approval in the widget', () => {
  const browser = new TestBrowser();
  const effects = new Effects();
  let app: OpenApp;

  beforeAll(async () => {
    app = await startOpenApp({});
    addAskingBackend(app.app, effects);
    await browser.open();
  });
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await app?.close();
  });

  async function asked(options: Parameters<TestBrowser['page']>[0] = {}) {
    const { page, problems } = await browser.page({ reducedMotion: 'reduce', ...options });
    await page.goto(`${app.url}/chat/widget`);
    if (options.colorScheme === 'dark') await page.getByRole('button', { name: 'Dark' }).click();
    const widget = widgetOf(page);
    if ((await widget.panel.count()) === 0 || !(await widget.panel.isVisible()))
      await widget.launcher.click();
    await widget.online.waitFor();
    await widget.ask('Change it');
    await widget.root.getByRole('button', { name: 'Approve' }).waitFor();
    return { page, problems, widget };
  }

  const focused = (page: Page) =>
    page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName ?? null);

  it.each(['light', 'dark'] as const)(
    'shows what would be done, survives a reload, and is decided by keyboard (%s)',
    async (colorScheme) => {
      const { page, problems, widget } = await asked({ colorScheme });
      expect(await widget.panel.getAttribute('data-theme')).toBe(colorScheme);
      const done = effects.done.length;
      const approval = widget.root.getByRole('group', { name: 'Approval: change title' });
      expect(await approval.locator('dt').allTextContents()).toEqual(['title', 'notify', 'budget', 'eur']);
      expect(await approval.textContent()).toContain('15 minutes left');
      expect(await findings(page)).toEqual([]);
      await page.reload();
      const approve = widget.root.getByRole('button', { name: 'Approve' });
      await approve.waitFor();
      await approve.focus();
      await page.keyboard.press('Enter');
      await widget.root.locator('[data-state="completed"]').waitFor();
      expect(await widget.answers.textContent()).toContain('It is done.');
      expect(await approval.textContent()).toContain('Approved');
      expect(await approve.count()).toBe(0);
      expect(await focused(page)).toBe('ARTICLE');
      await widget.root
        .locator('.for-readers', { hasText: 'Approved: change title.' })
        .waitFor({ state: 'attached' });
      expect(effects.done).toHaveLength(done + 1);
      expect(await findings(page)).toEqual([]);
      expect(problems).toEqual([]);
    },
  );

  it('has buttons for thumbs on a phone, and is refused there', async () => {
    const { widget } = await asked({ viewport: { width: 390, height: 800 } });
    for (const name of ['Approve', 'Refuse']) {
      const box = (await widget.root.getByRole('button', { name }).boundingBox())!;
      expect(box.height).toBeGreaterThanOrEqual(44);
    }
    await widget.root.getByRole('button', { name: 'Refuse' }).click();
    await widget.root.locator('[data-state="completed"]').waitFor();
    expect(await widget.answers.textContent()).toContain('Not done: refused');
  });
});

import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { type OpenApp, startOpenApp } from '../support/app.js';
import { addFigureSkill, SALES } from '../support/figure-skill.js';
import { TestBrowser, widgetOf } from './browser-page.js';
import { findings } from './findings.js';

declare const document: { documentElement: { scrollWidth: number; clientWidth: number } };

jest.setTimeout(180_000);

describe('figures in the widget', () => {
  const browser = new TestBrowser();
  let app: OpenApp;

  beforeAll(async () => {
    app = await startOpenApp({});
    addFigureSkill(app.app);
    await browser.open();
  });
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await app?.close();
  });

  async function shown(colorScheme: 'light' | 'dark', viewport = { width: 1280, height: 900 }) {
    const { page, problems } = await browser.page({ colorScheme, viewport, reducedMotion: 'reduce' });
    const chunks: string[] = [];
    page.on('response', (response) => chunks.push(response.url()));
    await page.goto(`${app.url}/chat/widget`);
    if (colorScheme === 'dark') await page.getByRole('button', { name: 'Dark' }).click();
    await page.getByRole('radio', { name: 'Tenant admin' }).click();
    const widget = widgetOf(page);
    await widget.online.waitFor();
    const before = chunks.filter((url) => url.includes('chunk-')).length;
    await widget.ask('Figures please');
    const answer = widget.root.locator('[data-state="completed"]');
    await answer.locator('.chart').nth(4).waitFor();
    const loaded = chunks.filter((url) => url.includes('chunk-')).length - before;
    return { page, problems, widget, answer, loaded };
  }

  const chart = (answer: Locator, name: string) => answer.getByRole('img', { name });
  const boxOf = async (page: Page) => (await page.locator('bizosaas-chat .panel').boundingBox())!;

  it.each(['light', 'dark'] as const)('are drawn, and axe finds nothing (%s)', async (colorScheme) => {
    const { page, problems, answer, loaded } = await shown(colorScheme);
    expect(loaded).toBeGreaterThan(0);
    expect(await answer.locator('.metric').textContent()).toContain('1,890 EUR');
    expect(await chart(answer, 'Sales by region').locator('rect.mark').count()).toBe(4);
    expect(await chart(answer, 'Sales by day').locator('path.line').count()).toBe(2);
    expect(await chart(answer, 'Shares of regions').locator('path.slice').count()).toBe(4);
    expect(await chart(answer, 'Days and regions').locator('rect.mark').count()).toBe(24);
    expect(await findings(page)).toEqual([]);
    await answer.getByText('Show as a table').first().click();
    expect(await findings(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('say in words what is drawn, and where it comes from', async () => {
    const { answer } = await shown('light');
    const image = chart(answer, 'Sales by region');
    const id = await image.getAttribute('aria-describedby');
    const described = await answer.locator(`[id="${id}"]`).textContent();
    expect(described).toContain('Bar chart of Sum of Amount (EUR) by Region');
    expect(await answer.locator('.md').textContent()).toBe('These are the sales.');
    expect(await answer.getByText('till of the shop, ').count()).toBe(7);
    await answer.getByText('Show as a table').first().click();
    const cells = await answer.locator('details[open] tbody tr').first().locator('td').allTextContents();
    expect(cells).toEqual(['South', '450.00']);
  });

  it('sort a table by its headings, by mouse and by keyboard', async () => {
    const { answer } = await shown('light');
    const table = answer.locator('.data').first();
    const first = () => table.locator('tbody td').nth(3).textContent();
    const heading = table.getByRole('columnheader', { name: 'Amount' });
    expect([await first(), await heading.getAttribute('aria-sort')]).toEqual(['10.00', 'none']);
    await heading.getByRole('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    await heading.getByRole('button').press('Enter');
    expect([await first(), await heading.getAttribute('aria-sort')]).toEqual(['33.75', 'descending']);
    await heading.getByRole('button').press('Space');
    expect([await first(), await heading.getAttribute('aria-sort')]).toEqual(['10.00', 'none']);
    expect(await answer.getByText('20 of 48 rows').count()).toBe(1);
  });

  it('save all rows as a CSV file that runs nothing', async () => {
    const { page, answer } = await shown('light');
    const coming = page.waitForEvent('download');
    await answer.getByRole('button', { name: 'Save as CSV' }).first().click();
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(/^[0-9a-f-]{36}\.csv$/);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    expect(lines).toHaveLength(SALES.rows.length + 1);
    expect(lines[0]).toBe('Region,Day,Kind,Amount (EUR)');
    expect(lines[4]).toBe(`"'=HYPERLINK(""https://evil.example"")",2026-03-01,online,13.75`);
  });

  it.each(['light', 'dark'] as const)(
    'fill the window on demand; Escape goes back to the chat (%s)',
    async (colorScheme) => {
      const { page, answer, widget } = await shown(colorScheme);
      const opener = answer.getByRole('button', { name: 'Full screen' }).nth(1);
      await opener.click();
      const dialog = widget.root.getByRole('dialog', { name: 'Sales by region' });
      await dialog.waitFor();
      const box = (await dialog.boundingBox())!;
      expect(box.width).toBeGreaterThan(1000);
      const drawing = (await dialog.getByRole('img').locator('svg').boundingBox())!;
      expect(drawing.width).toBeGreaterThan(900);
      expect(await dialog.locator('tbody tr').count()).toBe(4);
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await widget.panel.isVisible()).toBe(true);
      expect(await opener.evaluate((one) => one.matches(':focus'))).toBe(true);
    },
  );

  it('stay within the panel on a phone', async () => {
    const { page, answer } = await shown('light', { width: 360, height: 740 });
    const panel = await boxOf(page);
    for (const figure of await answer.locator('.figure').all()) {
      const box = (await figure.boundingBox())!;
      expect(box.x + box.width).toBeLessThanOrEqual(panel.x + panel.width);
    }
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBe(0);
  });
});

import { readFile } from 'node:fs/promises';
import { untilText } from '../browser-page.js';
import { findings } from '../findings.js';
import { button, choose, focused, type List, SessionBench, titled } from './session-bench.js';

jest.setTimeout(180_000);

describe('the list of conversations in the widget', () => {
  const bench = new SessionBench();

  beforeAll(() => bench.open());
  beforeEach(() => bench.newUser());
  afterEach(() => bench.clear());
  afterAll(() => bench.close());

  const withBadge = (list: List, title: string) => list.row(title).getByText('1 new answer').waitFor();

  it.each(['light', 'dark'])(
    'groups by day, searches as one types and opens, axe finding nothing (%s)',
    async (theme) => {
      await bench.talked(['Alpha', 0], ['Beta', 24], ['Gamma', 72], ['Delta', 24 * 20], ['Pinned', 24 * 30]);
      await bench.who.call('PATCH', '/chat/session/s4', { is_pinned: true });
      const { page, problems, widget, ...list } = await bench.device(theme);
      await list.opener.click();
      await titled(list, ['Pinned', 'Alpha', 'Beta', 'Gamma', 'Delta']);
      await focused(list.search);
      expect(await list.region.locator('h3').allTextContents()).toEqual([
        'Pinned',
        'Today',
        'Yesterday',
        'Previous 7 days',
        'Older',
      ]);
      expect(await findings(page)).toEqual([]);
      await list.options('Beta').click();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await focused(list.options('Beta'));
      await list.search.fill('gam');
      await titled(list, ['Gamma']);
      await list.search.fill('lead');
      await list.region.locator('mark').nth(4).waitFor();
      expect(await list.row('Alpha').locator('.snippet').textContent()).toBe('Spring brought many leads.');
      expect(await findings(page)).toEqual([]);
      await list.search.fill('nowhere');
      await list.region.getByText('Nothing found for “nowhere”').waitFor();
      await list.search.press('Escape');
      await titled(list, ['Pinned', 'Alpha', 'Beta', 'Gamma', 'Delta']);
      await list.open('Gamma').click();
      await untilText(widget.questions, (text) => text.includes('Gamma'));
      expect(await list.region.count()).toBe(0);
      await focused(widget.field);
      expect(problems).toEqual([]);
    },
  );

  it('is the same on two devices: news, what was read, names, what was archived or deleted', async () => {
    await bench.talked(['Alpha', 0], ['Beta', 24]);
    const here = await bench.device();
    const there = await bench.device('dark', { storageState: await here.page.context().storageState() });
    await here.opener.click();
    await there.opener.click();
    await titled(here, ['Alpha', 'Beta']);
    await withBadge(here, 'Beta');
    await withBadge(there, 'Beta');
    await there.open('Beta').click();
    await there.widget.answers.first().waitFor();
    await here.row('Beta').getByText('1 new answer').waitFor({ state: 'detached' });
    await bench.who.send('Third', { session_id: 's2' });
    await titled(here, ['Third', 'Alpha', 'Beta']);
    await withBadge(here, 'Third');
    await there.opener.click();
    await choose(there, 'Third', 'Rename');
    await there.widget.root.getByRole('textbox', { name: 'Name of the conversation' }).fill('Renamed');
    await there.page.keyboard.press('Enter');
    await titled(here, ['Renamed', 'Alpha', 'Beta']);
    await choose(there, 'Alpha', 'Pin');
    await titled(here, ['Alpha', 'Renamed', 'Beta']);
    await choose(there, 'Alpha', 'Archive');
    await titled(here, ['Renamed', 'Beta']);
    await choose(there, 'Beta', 'Delete');
    await button(there.region, 'Delete').click();
    await titled(here, ['Renamed']);
    expect(await there.widget.questions.count()).toBe(0);
    await button(here.region, 'Archived').click();
    await titled(here, ['Alpha']);
    await choose(here, 'Alpha', 'Take out of the archive');
    await titled(there, ['Alpha', 'Renamed']);
    expect([...here.problems, ...there.problems]).toEqual([]);
  });

  it('is worked by keyboard alone, the focus always having a place', async () => {
    await bench.talked(['Alpha', 0], ['Beta', 0], ['Gamma', 24]);
    const { page, problems, widget, ...list } = await bench.device();
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await list.opener.focus();
    await press('Enter');
    await titled(list, ['Alpha', 'Beta', 'Gamma']);
    await press('ArrowDown', 'End', 'ArrowUp');
    await focused(list.open('Beta'));
    await press('F2');
    await focused(widget.root.getByRole('textbox', { name: 'Name of the conversation' }));
    await page.keyboard.type('Bee');
    await press('Enter');
    await focused(list.open('Bee'));
    await press('Delete', 'Escape');
    await focused(list.open('Bee'));
    await press('Tab', 'Enter', 'ArrowDown', 'ArrowDown', 'Enter');
    await titled(list, ['Alpha', 'Gamma']);
    await focused(list.open('Gamma'));
    await button(list.region, 'Undo').press('Enter');
    await titled(list, ['Alpha', 'Bee', 'Gamma']);
    await focused(list.open('Bee'));
    await press('Home', 'Delete');
    await focused(button(list.region, 'Cancel'));
    await press('Tab', 'Enter');
    await titled(list, ['Bee', 'Gamma']);
    await focused(list.open('Bee'));
    await press('Escape');
    await focused(list.opener);
    expect(await widget.panel.isVisible()).toBe(true);
    await press('Enter');
    await titled(list, ['Bee', 'Gamma']);
    await button(list.region, 'New conversation').press('Enter');
    await focused(widget.field);
    expect(problems).toEqual([]);
  });

  it('gives a conversation as a file', async () => {
    await bench.talked(['Leads: all/of them?', 0]);
    const { page, ...list } = await bench.device();
    await list.opener.click();
    await list.rows.first().waitFor();
    const saved = async (option: string) => {
      const coming = page.waitForEvent('download');
      await choose(list, 'Leads: all/of them?', option);
      const file = await coming;
      return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
    };
    const markdown = await saved('Export as Markdown');
    expect(markdown.name).toBe('Leads all of them.md');
    expect(markdown.text).toContain('# Leads: all/of them?');
    expect(markdown.text).toContain('Spring brought **many leads**.');
    const json = await saved('Export as JSON');
    expect(json.name).toBe('Leads all of them.json');
    expect(JSON.parse(json.text)).toMatchObject({
      id: 's0',
      messages: [{ type: 'user' }, { type: 'assistant' }],
    });
  });

  it('brings what follows as one scrolls', async () => {
    const all = Array.from({ length: 45 }, (_, index) => `Talk ${index + 10}`);
    await bench.talked(...all.map((title) => [title, 24 * 20] as const));
    const { page, ...list } = await bench.device();
    await list.opener.click();
    await list.rows.nth(29).waitFor();
    expect(await list.rows.count()).toBe(30);
    await list.open('Talk 39').scrollIntoViewIfNeeded();
    await list.rows.nth(44).waitFor();
    expect(await list.titles.allTextContents()).toEqual(all);
    expect(await button(list.region, 'Show more').count()).toBe(0);
    expect(await findings(page)).toEqual([]);
  });

  it('fills a phone, with rows for thumbs, and keeps its order from right to left', async () => {
    await bench.talked(['Alpha', 0]);
    const { page, widget, ...list } = await bench.device('light/rtl', {
      ...{ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true },
    });
    await list.opener.tap();
    await list.rows.first().waitFor();
    expect(await list.region.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 800 });
    const row = (await list.open('Alpha').boundingBox())!;
    const options = (await list.options('Alpha').boundingBox())!;
    expect(Math.min(row.height, options.height, options.width)).toBeGreaterThanOrEqual(44);
    expect(options.x).toBeLessThan(row.x);
    expect(await findings(page)).toEqual([]);
    await list.open('Alpha').tap();
    await untilText(widget.questions, (text) => text.includes('Alpha'));
  });
});

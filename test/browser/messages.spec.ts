import type { Locator, Page } from 'playwright-core';
import { type RunningApp, startApp } from '../support/app.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { TestBrowser, widgetOf } from './browser-page.js';
import { findings } from './findings.js';

declare const navigator: { clipboard: { readText(): Promise<string> } };

jest.setTimeout(180_000);

describe('what is done with messages in the widget', () => {
  const browser = new TestBrowser();
  let count = 0;
  let model: ScriptedServer;
  let app: RunningApp;

  beforeAll(async () => {
    model = await startModelServer({ reply: () => `answer ${++count}` });
    app = await startApp({ OPENAI_BASE_URL: model.url });
    await browser.open();
  });
  beforeEach(() => {
    count = 0;
  });
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await app?.close();
    await model?.close();
  });

  async function open(page: Page) {
    await page.goto(`${app.url}/chat/widget`);
    const widget = widgetOf(page);
    await widget.launcher.waitFor();
    if (!(await widget.panel.isVisible())) await widget.launcher.click();
    await widget.online.waitFor();
    return widget;
  }
  type Widget = ReturnType<typeof widgetOf>;

  async function asked(widget: Widget, text: string, answer: string) {
    await widget.root.locator('.composer textarea').fill(text);
    await widget.root.locator('.composer textarea').press('Enter');
    await ended(widget, answer);
  }
  const ended = (widget: Widget, text: string) =>
    widget.root.locator('[data-state="completed"]', { hasText: text }).waitFor();
  const button = (within: Locator, name: string) => within.getByRole('button', { name, exact: true });
  const inFocus = (one: Locator) => one.evaluate((element) => element.matches(':focus'));

  async function begun(options: Parameters<TestBrowser['page']>[0] = {}) {
    const { page, problems } = await browser.page({ reducedMotion: 'reduce', ...options });
    const widget = await open(page);
    return { page, problems, widget };
  }

  it.each(['light', 'dark'] as const)(
    'makes another answer, and shows each version, by keyboard, axe finding nothing (%s)',
    async (colorScheme) => {
      const { page, problems, widget } = await begun({ colorScheme });
      if (colorScheme === 'dark') await button(page.locator('body'), 'Dark').click();
      await asked(widget, 'Tell me', 'answer 1');
      await button(widget.root, 'Answer again').press('Enter');
      await ended(widget, 'answer 2');
      const versions = widget.answers.getByRole('group', { name: 'Versions' });
      await versions.getByText('2 of 2').waitFor();
      expect(await widget.answers.count()).toBe(1);
      await button(versions, 'Version before').press('Enter');
      await versions.getByText('1 of 2').waitFor();
      expect(await widget.answers.textContent()).toContain('answer 1');
      expect(await inFocus(button(versions, 'Version before'))).toBe(true);
      expect(await findings(page)).toEqual([]);
      await page.reload();
      await versions.getByText('1 of 2').waitFor();
      expect(problems).toEqual([]);
    },
  );

  it('edits a question in its place; Escape leaves it, Enter sends it as a new version', async () => {
    const { page, problems, widget } = await begun();
    await asked(widget, 'first', 'answer 1');
    await asked(widget, 'second', 'answer 2');
    const question = widget.questions.first();
    const edit = button(question, 'Edit and send again');
    await edit.click();
    const field = question.getByRole('textbox', { name: 'Your question' });
    expect(await field.inputValue()).toBe('first');
    expect(await inFocus(field)).toBe(true);
    expect(await findings(page)).toEqual([]);
    await field.press('Escape');
    expect(await inFocus(edit)).toBe(true);
    expect(await widget.panel.isVisible()).toBe(true);
    await edit.click();
    await field.fill('changed');
    await field.press('Enter');
    await ended(widget, 'answer 3');
    expect(await widget.questions.locator('.bubble').allTextContents()).toEqual(['changed']);
    const versions = question.getByRole('group', { name: 'Versions' });
    await versions.getByText('2 of 2').waitFor();
    await button(versions, 'Version before').click();
    await widget.questions.nth(1).waitFor();
    expect(await widget.questions.locator('.bubble').allTextContents()).toEqual(['first', 'second']);
    expect(problems).toEqual([]);
  });

  it('shows another device what this one chose', async () => {
    const { page, widget } = await begun();
    await asked(widget, 'Tell me', 'answer 1');
    const second = await page.context().newPage();
    const other = await open(second);
    await ended(other, 'answer 1');
    await button(widget.root, 'Answer again').click();
    for (const device of [widget, other]) {
      await ended(device, 'answer 2');
      await device.answers.getByText('2 of 2').waitFor();
    }
    await button(other.answers, 'Version before').click();
    for (const device of [widget, other]) {
      await device.answers.getByText('1 of 2').waitFor();
      expect(await device.answers.textContent()).toContain('answer 1');
    }
  });

  it('copies what an answer says', async () => {
    const { page, widget } = await begun({ permissions: ['clipboard-read', 'clipboard-write'] });
    await asked(widget, 'Tell me', 'answer 1');
    await button(widget.answers, 'Copy the text').click();
    await widget.answers.getByRole('status').getByText('Copied').waitFor({ state: 'attached' });
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('answer 1');
  });

  it.each(['light', 'dark'] as const)(
    'rates an answer, with a comment for whoever wants to, and says so when that failed (%s)',
    async (colorScheme) => {
      const { page, widget } = await begun({ colorScheme });
      if (colorScheme === 'dark') await button(page.locator('body'), 'Dark').click();
      await asked(widget, 'Tell me', 'answer 1');
      const said: unknown[] = [];
      page.on('request', (request) => {
        if (request.url().endsWith('/feedback')) said.push(request.postDataJSON());
      });
      const bad = button(widget.answers, 'Bad answer');
      await bad.press('Enter');
      const comment = widget.answers.getByRole('textbox', { name: 'What could be better?' });
      await comment.fill('Too short');
      expect(await bad.getAttribute('aria-pressed')).toBe('true');
      expect(await findings(page)).toEqual([]);
      await comment.press('Enter');
      await comment.waitFor({ state: 'detached' });
      expect(await inFocus(widget.answers)).toBe(true);
      expect(said).toEqual([{ rating: 'down' }, { rating: 'down', comment: 'Too short' }]);
      await page.route('**/feedback', (route) => route.abort());
      await button(widget.answers, 'Good answer').click();
      await widget.root.getByRole('alert').getByText('cannot be reached').waitFor();
      expect(await bad.getAttribute('aria-pressed')).toBe('true');
    },
  );
});

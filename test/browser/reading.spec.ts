import type { Page } from 'playwright-core';
import { type RunningApp, startApp } from '../support/app.js';
import { eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { TestBrowser, widgetOf } from './browser-page.js';
import { findings } from './findings.js';

/** Pixels by which a place may differ from what is meant. */
const ABOUT = 40;
const LONG = Array.from({ length: 80 }, (_, line) => `Line ${line + 1} of a long answer.`).join('\n\n');

describe('reading in the widget', () => {
  const browser = new TestBrowser();
  let model: ScriptedServer;
  let app: RunningApp;

  beforeAll(async () => {
    model = await startModelServer({
      reply: (messages) => (messages.at(-1)?.content.includes('long') ? LONG : 'A short answer.'),
    });
    app = await startApp({ OPENAI_BASE_URL: model.url });
    await browser.open();
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

  const begun = async () => {
    const { page, problems } = await browser.page({ reducedMotion: 'reduce' });
    const widget = await open(page);
    return { page, problems, widget };
  };
  const answered = async (widget: Widget, question: string, count: number) => {
    await widget.ask(question);
    await widget.root
      .locator('[data-state="completed"]')
      .nth(count - 1)
      .waitFor();
  };
  const view = (widget: Widget) => widget.root.locator('.scroll');
  /** How far below the upper edge of the view the last answer begins, and how far above its end the view ends. */
  const places = (widget: Widget) =>
    view(widget).evaluate((area) => {
      const last = [...area.querySelectorAll('.answer')].at(-1);
      const top = area.getBoundingClientRect().top;
      return {
        begin: (last?.getBoundingClientRect().top ?? NaN) - top,
        end: area.scrollHeight - area.scrollTop - area.clientHeight,
      };
    });
  const toEnd = (widget: Widget, name: string) => widget.root.getByRole('button', { name, exact: true });

  it('begins a long answer at its beginning, as it ends and when the page is opened again', async () => {
    const { page, problems, widget } = await begun();
    await answered(widget, 'Something short', 1);
    await answered(widget, 'Something long', 2);
    const atBeginning = async () => {
      const { begin, end } = await places(widget);
      return begin >= 0 && begin < ABOUT && end > ABOUT;
    };
    await eventually(atBeginning);
    await page.reload();
    await widget.online.waitFor();
    await widget.answers.nth(1).waitFor();
    await eventually(atBeginning);
    expect(await findings(page)).toEqual([]);
    await toEnd(widget, 'Newest messages').click();
    await eventually(async () => (await places(widget)).end < ABOUT);
    await toEnd(widget, 'Newest messages').waitFor({ state: 'detached' });
    await answered(widget, 'Something short again', 3);
    await eventually(async () => (await places(widget)).end < ABOUT);
    expect(problems).toEqual([]);
  });

  it('stays where somebody reads, and says that something new came', async () => {
    const { page, problems, widget } = await begun();
    await answered(widget, 'Something long', 1);
    const elsewhere = await browser.page({ storageState: await page.context().storageState() });
    const other = await open(elsewhere.page);
    await other.answers.first().waitFor();
    await eventually(async () => (await places(widget)).begin < ABOUT && (await places(widget)).end > ABOUT);
    const { begin } = await places(widget);
    await answered(other, 'Something short', 2);
    await toEnd(widget, 'New messages').waitFor();
    const first = widget.answers.first();
    const stayed = await first.evaluate(
      (answer) =>
        answer.getBoundingClientRect().top - (answer.closest('.scroll')?.getBoundingClientRect().top ?? NaN),
    );
    expect(Math.abs(stayed - begin)).toBeLessThan(ABOUT);
    expect(await findings(page)).toEqual([]);
    await toEnd(widget, 'New messages').press('Enter');
    await eventually(async () => (await places(widget)).end < ABOUT);
    expect(problems).toEqual([]);
  });
});

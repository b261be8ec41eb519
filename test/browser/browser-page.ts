import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { launchOptions } from '../support/chromium.js';

export const PATIENCE = 30_000;

/** One Chromium for a spec file; each test takes pages of its own from it. */
export class TestBrowser {
  private browser: Browser | undefined;
  private readonly contexts: BrowserContext[] = [];

  async open(): Promise<void> {
    this.browser = await chromium.launch(launchOptions());
  }

  /** A page with storage of its own, and what went wrong in it. */
  async page(
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ page: Page; problems: string[] }> {
    if (!this.browser) throw new Error('The browser is not open.');
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    this.contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
    return { page, problems };
  }

  /** Ends the pages of a test. */
  async clear(): Promise<void> {
    await Promise.all(this.contexts.splice(0).map((context) => context.close()));
  }

  async close(): Promise<void> {
    await this.browser?.close();
  }
}

/** The parts of the widget, as a person finds them. */
export function widgetOf(page: Page) {
  const root = page.locator('bizosaas-chat');
  return {
    root,
    launcher: root.locator('.launcher'),
    panel: root.locator('.panel'),
    name: root.locator('.head h2'),
    online: root.locator('.status.online'),
    questions: root.locator('.question'),
    answers: root.locator('.answer'),
    field: root.locator('textarea'),
    stop: root.getByRole('button', { name: 'Stop' }),
    retry: root.getByRole('button', { name: 'Try again' }),
    async ask(text: string): Promise<void> {
      await root.locator('textarea').fill(text);
      await root.locator('textarea').press('Enter');
    },
  };
}

/** Waits until a text of the page fulfils a condition. Out: that text. */
export async function untilText(locator: Locator, matches: (text: string) => boolean): Promise<string> {
  const end = Date.now() + PATIENCE;
  let text = '';
  while (Date.now() < end) {
    text = (await locator.textContent({ timeout: PATIENCE })) ?? '';
    if (matches(text)) return text;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`The text stayed: ${text.slice(0, 500)}`);
}

/** `w0 w1 w2 …`: how many of the model's numbered words a text holds in order, from the first. */
export function countWords(text: string): number {
  const found = [...text.matchAll(/\bw(\d+)\b/g)].map((match) => Number(match[1]));
  return found.every((word, index) => word === index) ? found.length : -1;
}

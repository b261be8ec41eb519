import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type RunningApp, startApp } from '../support/app.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { TestBrowser, widgetOf } from './browser-page.js';

jest.setTimeout(120_000);

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const ANSWER =
  '## Title\n\nText with `code`, a [link](https://example.com/a).\n\n- one\n- two\n\n| A | B |\n| - | -: |\n| x | 1 |\n\n```ts\nlet a;\n```\n\n> quote';

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[];
}
declare const axe: { run(options: object): Promise<{ violations: Finding[] }> };

describe('accessibility by axe, WCAG 2.2 AA', () => {
  const browser = new TestBrowser();
  let model: ScriptedServer;
  let app: RunningApp;

  beforeAll(async () => {
    model = await startModelServer({ reply: () => ANSWER });
    app = await startApp({ OPENAI_BASE_URL: model.url });
    await browser.open();
  });
  afterAll(async () => {
    await browser.close();
    await app?.close();
    await model?.close();
  });

  async function findings(page: Page): Promise<string[]> {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() =>
      axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id} ${JSON.stringify(node.target)} ${node.failureSummary ?? ''}`),
    );
  }

  it.each(['light', 'dark'] as const)(
    'finds nothing: welcome, answer, failure, a question that waits for the network (%s)',
    async (colorScheme) => {
      const { page } = await browser.page({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(`${app.url}/chat/widget`);
      if (colorScheme === 'dark') await page.getByRole('button', { name: 'Dark' }).click();
      await page.getByRole('radio', { name: colorScheme === 'dark' ? 'User' : 'Read only' }).click();
      const widget = widgetOf(page);
      await widget.online.waitFor();
      await widget.root.locator('.chip').first().waitFor();
      expect(await findings(page)).toEqual([]);
      model.setBehaviour({});
      await widget.ask('Show me everything');
      await page.locator('bizosaas-chat [data-state="completed"] table').waitFor();
      expect(await findings(page)).toEqual([]);
      model.setBehaviour({ dieAfter: 2 });
      await widget.ask('Fail');
      await widget.retry.waitFor();
      expect(await findings(page)).toEqual([]);
      await page.context().setOffline(true);
      await widget.root.locator('.status.reconnecting').waitFor();
      await widget.ask('Wait');
      await widget.root.locator('[data-send="waiting"]').waitFor();
      expect(await findings(page)).toEqual([]);
      model.setBehaviour({});
      await page.context().setOffline(false);
      await widget.online.waitFor();
      await page.locator('bizosaas-chat [data-state="completed"]').nth(1).waitFor();
    },
  );
});

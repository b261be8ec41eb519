import { type RunningApp, startApp } from '../support/app.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { TestBrowser, widgetOf } from './browser-page.js';
import { findings } from './findings.js';

const ANSWER =
  '## Title\n\nText with `code`, a [link](https://example.com/a).\n\n- one\n- two\n\n| A | B |\n| - | -: |\n| x | 1 |\n\n```ts\nlet a;\n```\n\n> quote';

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

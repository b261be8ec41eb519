import type { Page } from 'playwright-core';
import { type RunningApp, startApp } from '../support/app.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';
import { TestBrowser, widgetOf } from './browser-page.js';
import { findings } from './findings.js';
import { type HostPage, startHostPage } from './host-page.js';

/** What the field and the status say in each language. */
const WORDS: Readonly<Record<string, readonly [placeholder: RegExp, online: string]>> = {
  en: [/^Ask /, 'Online'],
  de: [/ fragen …$/, 'Online'],
  es: [/^Pregunte a /, 'En línea'],
  fr: [/^Demandez à /, 'En ligne'],
  pt: [/^Pergunte a /, 'On-line'],
  hi: [/ से पूछें…$/, 'ऑनलाइन'],
  ar: [/^اسأل /, 'متصل'],
  ja: [/ に質問…$/, 'オンライン'],
};

interface Language {
  /** Of the host's page. */
  readonly lang?: string;
  /** Of the options. */
  readonly locale?: string;
  /** Of the browser. */
  readonly browser?: string;
}
interface PageWindow {
  chat: { open(): void; close(): void };
}

/** Names of the page, for the functions that run there. */
declare const window: PageWindow;
declare const document: { documentElement: { lang: string } };

describe('the widget in the languages of its users', () => {
  const browser = new TestBrowser();
  let host: HostPage;
  let app: RunningApp;

  beforeAll(async () => {
    host = await startHostPage(({ searchParams }) => {
      const { lang, locale } = Object.fromEntries(searchParams);
      const token = signToken({ sub: 'ann', tenant_id: 'acme', role: 'tenant_admin' });
      const options = JSON.stringify({ authToken: token, open: true, ...(locale ? { locale } : {}) });
      return `<!doctype html><html${lang ? ` lang="${lang}"` : ''}><head><title>Host</title><link rel="icon" href="data:,"></head>
<body><main><h1>Host</h1></main><script src="${app.url}/chat/embed.js"></script><script>window.chat = new BizOSaaSChat(${options})</script></body></html>`;
    });
    app = await startApp({ CORS_ORIGINS: host.url, JWT_SECRET: TEST_SECRET });
    await browser.open();
  });
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await app?.close();
    host?.close();
  });

  async function open({ lang = '', locale = '', browser: preferred = 'en-US' }: Language, phone = false) {
    const size = phone ? { width: 390, height: 780 } : { width: 1280, height: 900 };
    const { page, problems } = await browser.page({ locale: preferred, viewport: size });
    await page.goto(`${host.url}/?${new URLSearchParams({ lang, locale }).toString()}`);
    const widget = widgetOf(page);
    await widget.online.waitFor();
    return { page, problems, widget };
  }

  async function expectLanguage(page: Page, name: string) {
    const widget = widgetOf(page);
    await widget.root.locator(`.panel[lang^="${name}"]`).waitFor();
    expect(await widget.field.getAttribute('placeholder')).toMatch(WORDS[name]![0]);
    expect((await widget.online.textContent())!.trim()).toBe(WORDS[name]![1]);
  }

  it.each(Object.keys(WORDS))('speaks %s where the page does', async (name) => {
    const { page, problems } = await open({ lang: name });
    await expectLanguage(page, name);
    expect(problems).toEqual([]);
  });

  it('takes the option before the page, and the page before the browser', async () => {
    await expectLanguage((await open({ locale: 'ja', lang: 'fr', browser: 'de-DE' })).page, 'ja');
    await expectLanguage((await open({ lang: 'fr-CA', browser: 'de-DE' })).page, 'fr');
    await expectLanguage((await open({ browser: 'de-DE' })).page, 'de');
    await expectLanguage((await open({ locale: 'zh-CN', browser: 'nl-NL' })).page, 'en');
  });

  it('follows a page that changes its language, when it is opened again', async () => {
    const { page, widget } = await open({ lang: 'en' });
    await page.evaluate(() => {
      document.documentElement.lang = 'es';
      window.chat.close();
      window.chat.open();
    });
    await expectLanguage(page, 'es');
    expect(await widget.launcher.getAttribute('aria-label')).toBe('Cerrar el chat');
  });

  it('is English where the words of a language cannot be loaded', async () => {
    const { page } = await browser.page({ locale: 'en-US' });
    await page.route('**/widget-assets/chunk-*.js', async (route) => {
      const chunk = await (await route.fetch()).text();
      return chunk.includes('Unterhaltung')
        ? route.abort()
        : route.fulfill({ body: chunk, contentType: 'text/javascript' });
    });
    await page.goto(`${host.url}/?lang=de`);
    await widgetOf(page).online.waitFor();
    await expectLanguage(page, 'en');
  });

  it('writes dates and numbers as the language does', async () => {
    const times: string[] = [];
    for (const lang of ['en-US', 'de', 'ar-EG']) {
      const { widget } = await open({ lang });
      await widget.ask('How is our usage?');
      await widget.root.locator('[data-state="completed"] time').last().waitFor();
      times.push((await widget.root.locator('.question time').last().textContent())!);
    }
    expect(times[0]).toMatch(/^\d{1,2}:\d\d\s[AP]M$/);
    expect(times[1]).toMatch(/^\d\d:\d\d$/);
    expect(times[2]).toMatch(/[٠-٩]:[٠-٩]{2}/);
  });

  it.each([false, true])('is mirrored in Arabic, and axe finds nothing (phone: %s)', async (phone) => {
    const { page, widget } = await open({ lang: 'ar' }, phone);
    expect(await widget.panel.getAttribute('dir')).toBe('rtl');
    const place = async (selector: string) => (await widget.root.locator(selector).first().boundingBox())!.x;
    expect(await place('.head .avatar')).toBeGreaterThan(await place('.head .tool'));
    expect(await place('textarea')).toBeGreaterThan(await place('.composer .go'));
    await widget.ask('كيف حال الاستخدام؟');
    await widget.root.locator('[data-state="completed"]').last().waitFor();
    expect(await findings(page)).toEqual([]);
    await widget.root.getByRole('button', { name: 'المحادثات' }).click();
    await widget.root.locator('.session-open').first().waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('keeps its own direction in a page of the other one, and takes that of the page otherwise', async () => {
    const { page, widget } = await open({ lang: 'ar', locale: 'de' });
    await expectLanguage(page, 'de');
    expect(await widget.panel.getAttribute('dir')).toBe('ltr');
    const other = await open({ lang: 'de' });
    expect(await other.widget.panel.getAttribute('dir')).toBeNull();
  });

  it('has no finding by axe in Japanese', async () => {
    const { page, widget } = await open({ lang: 'ja' });
    await widget.ask('利用状況は？');
    await widget.root.locator('[data-state="completed"]').last().waitFor();
    expect(await findings(page)).toEqual([]);
  });
});

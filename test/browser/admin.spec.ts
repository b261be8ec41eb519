import { readFile } from 'node:fs/promises';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { adminOf } from './admin-page.js';
import { TestBrowser, untilText } from './browser-page.js';
import { findings } from './findings.js';

/** Names of the page, for the functions that run there. */
declare const getComputedStyle: (element: object) => { colorScheme: string };
declare const document: {
  documentElement: { scrollWidth: number; clientWidth: number };
  activeElement: { tagName: string } | null;
};

describe('the page of figures', () => {
  const browser = new TestBrowser();
  let model: ScriptedServer;
  let app: RunningApp;
  let ann: Client;
  let admin: Client;
  let chief: Client;

  beforeAll(async () => {
    model = await startModelServer({ tokens: 5 });
    app = await startApp({
      ...AUTH_ENV,
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'mini',
      MODEL_PRICES: '{"mini":{"input":2,"output":8}}',
      MODEL_PRICES_CURRENCY: 'EUR',
    });
    ann = new Client(app.url, { tenant: 'acme' });
    admin = new Client(app.url, { tenant: 'acme', role: 'tenant_admin' });
    chief = new Client(app.url, { tenant: 'bizosaas', role: 'super_admin' });
    const { body } = await ann.send('one', { session_id: 'a' });
    await ann.call('POST', `/chat/messages/${body.ai_response.id}/feedback`, { rating: 'up' });
    await ann.send('two', { session_id: 'b' });
    await new Client(app.url, { tenant: 'other' }).send('three', { session_id: 'c' });
    model.setBehaviour({ status: 400, times: 1 });
    await ann.send('four', { session_id: 'b' });
    await browser.open();
  });
  afterEach(() => browser.clear());
  afterAll(async () => {
    await browser.close();
    await app?.close();
    await model?.close();
  });

  async function open(who: Client, options: Parameters<TestBrowser['page']>[0] = {}) {
    const { page, problems } = await browser.page({ reducedMotion: 'reduce', locale: 'en-GB', ...options });
    const view = adminOf(page, app.url);
    await view.goto();
    await view.signIn(who.token);
    return { page, problems, view };
  }

  async function opened(who: Client, options: Parameters<TestBrowser['page']>[0] = {}) {
    const shown = await open(who, options);
    await shown.view.figures.waitFor();
    return shown;
  }

  async function told(who: Client, scope: string): Promise<Record<string, number | null>> {
    const { totals } = (await who.get(`/chat/analytics?scope=${scope}`)).body;
    return {
      Conversations: totals.conversations,
      Answers: totals.answers,
      'Failure rate': totals.failed / totals.questions,
      'Good ratings': totals.feedback.up / (totals.feedback.up + totals.feedback.down),
      'Time to first text': totals.time_to_first_token.p50,
      'Time to the end': totals.time_to_end.p50,
      Tokens: totals.input_tokens + totals.output_tokens,
      Cost: totals.cost,
    };
  }

  it('shows a tenant admin the figures of the organisation, and keeps the token to itself', async () => {
    const { page, problems, view } = await opened(admin);
    await view.heading('Your organisation').waitFor();
    const expected = await told(admin, 'tenant');
    expect(expected).toMatchObject({
      Conversations: 2,
      Answers: 2,
      'Failure rate': 1 / 3,
      'Good ratings': 1,
    });
    expect(await view.tiles()).toEqual(expected);
    expect(await page.getByRole('radio', { name: 'Platform' }).count()).toBe(0);
    expect(await untilText(view.card('Answers by day'), (text) => text.includes('answered'))).toContain(
      '2 answered, 1 failed, 0 stopped.',
    );
    expect(await view.card('Failures by reason').textContent()).toContain('LLM_');
    const kept = await page.evaluate(
      `JSON.stringify([document.documentElement.outerHTML, location.href, { ...localStorage }, { ...sessionStorage },
        document.cookie, history.state, window.name, [...document.querySelectorAll('input')].map((one) => one.value)])`,
    );
    expect(kept).toContain('Your organisation');
    expect(kept).not.toContain(admin.token.split('.')[1]);
    expect(await page.context().cookies()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('shows a super admin the platform, and with the keyboard other figures of other days', async () => {
    const { page, view } = await opened(chief);
    expect(await view.tiles()).toEqual(await told(chief, 'platform'));
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    const asked: URLSearchParams[] = [];
    page.on('request', (one) => {
      if (one.url().includes('/chat/analytics')) asked.push(new URL(one.url()).searchParams);
    });
    await page.getByRole('radio', { name: '30 days' }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('radio', { name: '7 days', checked: true }).waitFor();
    await view.figures.waitFor();
    await page.getByRole('radio', { name: 'Platform' }).focus();
    await page.keyboard.press('ArrowLeft');
    await view.heading('Nothing was asked in this period').waitFor();
    expect(asked.map((one) => one.get('scope'))).toEqual(['platform', 'user']);
    const [{ from, to }] = asked.map((one) => Object.fromEntries(one)) as [{ from: string; to: string }];
    expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBe(6);
  });

  it('shows nothing of a choice that was given up, however late it comes', async () => {
    const { page, view } = await opened(admin);
    let release = (): void => undefined;
    const held = new Promise<void>((done) => (release = done));
    await page.route(/scope=user/, async (route) => {
      const response = await route.fetch();
      await held;
      await route.fulfill({ response });
    });
    await page.getByRole('radio', { name: 'My own' }).check();
    await page.getByRole('group', { name: 'Loading the figures' }).waitFor();
    expect(await view.figures.count()).toBe(0);
    await page.getByRole('radio', { name: 'Organisation' }).check();
    await view.figures.waitFor();
    const late = page.waitForEvent('requestfinished', (one) => one.url().includes('scope=user'));
    release();
    await (await late).response();
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(done))))',
    );
    expect(await view.figures.count()).toBe(1);
    expect((await view.tiles())['Answers']).toBe(2);
  });

  it('reads the figures again on demand, in place', async () => {
    const asker = new Client(app.url, { tenant: 'growing' });
    await asker.send('first', { session_id: 'g' });
    const { view } = await opened(new Client(app.url, { tenant: 'growing', role: 'tenant_admin' }));
    expect((await view.tiles())['Answers']).toBe(1);
    await asker.send('second', { session_id: 'g' });
    await view.refresh.click();
    await untilText(view.card('Answers by day'), (text) => text.includes('2 answered'));
    expect((await view.tiles())['Answers']).toBe(2);
  });

  it.each([
    ['user', 'User'],
    ['readonly', 'Read only'],
  ])('shows %s no figures, says why, and leads back to the sign-in', async (role, name) => {
    const { page, view } = await open(new Client(app.url, { tenant: 'acme', role }));
    await view.heading('Only administrators see figures').waitFor();
    expect(await view.trouble.textContent()).toContain(`You are signed in with the role ${name}.`);
    expect([await view.figures.count(), await view.refresh.count()]).toEqual([0, 0]);
    await page.getByRole('button', { name: 'Sign in as somebody else' }).click();
    await view.gate.waitFor();
  });

  it('has charts as tables and as files', async () => {
    const { page, view } = await opened(admin);
    const card = view.card('Answers by day');
    await card.getByText('Show as a table').click();
    expect(await card.locator('tbody tr').count()).toBe(60);
    const coming = page.waitForEvent('download');
    await card.getByRole('button', { name: 'Save as CSV' }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(/^answers-by-day_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.csv$/);
    const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
    const today = new Date().toISOString().slice(0, 10);
    expect([lines[0], ...lines.slice(-2)]).toEqual([
      'Day (UTC),Questions,Outcome',
      `${today},2,Answered`,
      `${today},1,Failed`,
    ]);
    await card.getByRole('button', { name: 'Full screen' }).click();
    await page.getByRole('dialog', { name: 'Answers by day' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it.each(['light', 'dark'] as const)(
    'axe finds nothing, on a desktop or a phone (%s)',
    async (colorScheme) => {
      const { page, view } = await opened(admin, { colorScheme });
      expect(await page.locator('body').getAttribute('data-theme')).toBe(colorScheme);
      await view.card('Answers by day').getByText('Show as a table').click();
      expect(await findings(page)).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(
        await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        ),
      ).toBe(0);
      expect(await findings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await view.gate.waitFor();
      expect(await findings(page)).toEqual([]);
    },
  );

  it('prints in the dark on light paper', async () => {
    const { page, view } = await opened(admin, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.locator('body[data-theme="light"]').waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('light');
    expect(await view.refresh.isVisible()).toBe(false);
    expect(await view.figures.isVisible()).toBe(true);
  });

  it('says what will be there where nothing was asked yet', async () => {
    const { page, view } = await open(new Client(app.url, { tenant: 'new', role: 'tenant_admin' }));
    await view.heading('Nothing was asked in this period').waitFor();
    expect(await page.locator('.empty').textContent()).toContain('appear here');
    expect(await findings(page)).toEqual([]);
  });
});

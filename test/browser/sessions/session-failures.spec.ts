import type { Route } from 'playwright-core';
import { findings } from '../findings.js';
import { button, choose, focused, SessionBench, titled } from './session-bench.js';

jest.setTimeout(180_000);

describe('the list of conversations where something fails', () => {
  const bench = new SessionBench();

  beforeAll(() => bench.open());
  beforeEach(() => bench.newUser());
  afterEach(() => bench.clear());
  afterAll(() => bench.close());

  it.each([
    ['is down', 503, 'Down for a moment.', 'Down for a moment.'],
    ['knows the token no more', 401, 'Who?', 'Your sign-in has ended.'],
    ['is asked too often', 429, 'Slow down.', 'Slow down.'],
    ['cannot be reached', 0, '', 'cannot be reached right now'],
  ])('says so where the service %s, and tries again', async (_, status, detail, sentence) => {
    await bench.talked(['Alpha', 0]);
    const { page, ...list } = await bench.device();
    await page.route('**/chat/sessions?*', (route) => fail(route, status, detail));
    await list.opener.click();
    await list.alert.getByText(sentence).waitFor();
    if (status === 429) await list.alert.getByText(/Try again in \d s/).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.unroute('**/chat/sessions?*');
    await button(list.region, 'Try again').click();
    await titled(list, ['Alpha']);
    expect(await list.alert.count()).toBe(0);
  });

  it('says that something was not done, and does it when told again', async () => {
    await bench.talked(['Alpha', 0]);
    const { page, ...list } = await bench.device();
    await list.opener.click();
    await list.rows.first().waitFor();
    await page.route('**/chat/session/*', (route) =>
      route.request().method() === 'DELETE' ? fail(route, 503, 'Not now.') : route.fallback(),
    );
    await choose(list, 'Alpha', 'Delete');
    await button(list.region, 'Delete').click();
    await list.alert.getByText('Not now.').waitFor();
    await focused(list.open('Alpha'));
    await page.unroute('**/chat/session/*');
    await button(list.region, 'Try again').click();
    await list.region.getByText('No conversations yet').waitFor();
    expect(await list.rows.count()).toBe(0);
  });
});

/** `status` 0: no answer comes. */
async function fail(route: Route, status: number, detail: string): Promise<void> {
  if (status === 0) return route.abort();
  await route.fulfill({
    status,
    contentType: 'application/problem+json',
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'Retry-After',
      'Retry-After': '2',
    },
    body: JSON.stringify({ status, detail, code: 'TEST', title: 'Test' }),
  });
}

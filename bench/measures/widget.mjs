import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBrowser } from '../lib/browser.mjs';
import { Client } from '../lib/client.mjs';
import { startHostPage } from '../lib/host-page.mjs';
import { questionOf } from '../lib/load.mjs';
import { median } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { newToken } from '../lib/users.mjs';

/** Milliseconds between the tokens of the streamed answer. */
const PACE = 10;
/** Milliseconds of a task from which on a browser tells of it (W3C Long Tasks). */
const LONG_TASK = 50;
const STREAM_WITHIN = 120_000;
const CLOSED_FOR = 3000;
const AIMS = {
  script: { max: 30, stage: 'first' },
  bytes: { max: 5 * 1024, stage: 'first' },
  opening: { max: 300, stage: 'first' },
  longest: { max: LONG_TASK, stage: 'first' },
  scripting: { max: 15, stage: 'first' },
};

/** What the widget costs a dashboard: closed, opened for the first time, and while an answer streams. */
export async function measureWidget(bench) {
  const host = await startHostPage();
  const browser = await openBrowser();
  const around = { ...bench, host, browser };
  const env = { CORS_ORIGINS: host.url };
  try {
    const dashboard = await withService(around, { env }, (subject) => measureDashboard(around, subject));
    const rich = { tokens: bench.sizes.streamTokens, delay: PACE, markdown: true, env };
    return [...dashboard, ...(await measureStreams(around, env, rich))];
  } finally {
    await browser.close();
    host.close();
  }
}

async function withService(around, options, work) {
  const subject = await startSubject(around, 'service', options);
  try {
    return await work(subject);
  } finally {
    await subject.program.stop();
  }
}

async function measureDashboard(around, subject) {
  const closed = { bare: [], widget: [] };
  const opening = [];
  const openings = [];
  let bytes = {};
  around.host.serve(subject.url, newToken());
  for (let round = 0; round <= around.rounds; round += 1) {
    const bare = await closedFor(around, '/bare', subject);
    const widget = await closedFor(around, '/widget', subject);
    const opened = await openingTimes(around);
    if (round === 0) continue;
    closed.bare.push(bare);
    closed.widget.push(widget);
    opening.push(median(opened));
    openings.push(...opened);
    ({ bytes } = widget);
  }
  return claimsOfDashboard(around, closed, opening, bytes);
}

/** A page that nobody touches, for three seconds, in which the browser finds time to load the panel beforehand. */
async function closedFor({ browser, host }, path, subject) {
  const { page, work, received, close } = await browser.page();
  try {
    await page.goto(`${host.url}${path}`);
    await sleep(CLOSED_FOR);
    const sum = (requests) => requests.reduce((total, request) => total + request.bytes, 0);
    const all = received(subject.url);
    const atOnce = all.filter(({ url }) => url.endsWith('embed.js'));
    return { ...(await work()), bytes: { atOnce: sum(atOnce), all: sum(all) } };
  } finally {
    await close();
  }
}

/** In each of a few pages with an empty cache, milliseconds from the click, before anything was preloaded, until one can type and send. */
async function openingTimes({ browser, host, sizes }) {
  const times = [];
  for (let turn = 0; turn < sizes.openings; turn += 1) {
    const { page, close } = await browser.page();
    try {
      await page.goto(`${host.url}/widget`, { waitUntil: 'commit' });
      times.push(await page.evaluate(openAndWait));
    } finally {
      await close();
    }
  }
  return times;
}

/** Runs in the page. */
async function openAndWait() {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const find = (selector) => document.querySelector('bizosaas-chat')?.shadowRoot?.querySelector(selector);
  while (!find('.launcher')) await frame();
  const begun = performance.now();
  find('.launcher').click();
  while (!find('.status.online') || !find('textarea') || find('textarea').disabled) await frame();
  return performance.now() - begun;
}

function claimsOfDashboard({ log }, { bare, widget }, opening, bytes) {
  const extra = (key) => widget.map((value, round) => value[key] - bare[round][key]);
  const script = extra('script');
  log(`  the page alone: ${show(bare.map((one) => one.script))} ms of scripting`);
  log(`  loaded beforehand in idle time: ${bytes.all} bytes in all`);
  return [
    {
      id: 'widget.closed.script',
      text: 'scripting that the closed widget adds to a page',
      unit: 'ms',
      values: script,
      aim: AIMS.script,
      detail: { bare: bare.map((one) => one.script), task: extra('task') },
    },
    {
      id: 'widget.closed.bytes',
      text: 'bytes of the widget that come with the page, gzipped',
      unit: 'bytes',
      values: [bytes.atOnce],
      aim: AIMS.bytes,
      detail: bytes,
    },
    {
      id: 'widget.opening',
      text: 'from the click until one can ask, nothing preloaded',
      unit: 'ms',
      values: opening,
      aim: AIMS.opening,
    },
  ];
}

/** An answer with code and a table into a long conversation: the longest tasks, and the share of time in scripts. */
async function measureStreams(around, env, rich) {
  const token = newToken();
  const sessionId = randomUUID();
  await withService(around, { env }, (subject) => fillConversation(around, subject, { token, sessionId }));
  return withService(around, rich, async (subject) => {
    around.host.serve(subject.url, token);
    const rounds = [];
    for (let round = 0; round < around.rounds; round += 1) rounds.push(await streamOnce(around));
    for (const { longest, long, share, shown, ms } of rounds) {
      around.log(
        `  ${shown} messages shown; ${ms.toFixed(0)} ms of streaming: ${share.toFixed(1)} % scripting, ${long} tasks over ${LONG_TASK} ms, the longest ${longest.toFixed(0)}`,
      );
    }
    return claimsOfStreams(rounds);
  });
}

async function fillConversation({ sizes }, subject, { token, sessionId }) {
  const client = await Client.connect({ url: subject.url, path: subject.path, token });
  try {
    for (let turn = 0; turn < sizes.streamMessages / 2; turn += 1)
      await client.ask(sessionId, questionOf(turn));
  } finally {
    client.close();
  }
}

async function streamOnce({ browser, host, sizes }) {
  const { page, work, close } = await browser.page();
  page.setDefaultTimeout(STREAM_WITHIN);
  try {
    await page.addInitScript(watchTasks);
    await page.goto(`${host.url}/widget`);
    const root = page.locator('bizosaas-chat');
    await root.locator('.launcher').click();
    await root.locator('.status.online').waitFor();
    await openConversation(root);
    const answers = sizes.streamMessages / 2;
    await showAll(root, answers);
    const shown = await root.locator('.answer, .question').count();
    await page.evaluate(() => (globalThis.tasks.length = 0));
    const before = await work();
    const begun = performance.now();
    await root.locator('textarea').fill('Tell me everything, with code and a table.');
    await root.locator('textarea').press('Enter');
    const answer = root.locator('.answer').nth(answers);
    await answer.and(root.locator('[data-state="completed"]')).waitFor();
    const ms = performance.now() - begun;
    const tasks = await page.evaluate(() => globalThis.tasks);
    const { script } = await work();
    const share = ((script - before.script) / ms) * 100;
    return { shown, ms, share, long: tasks.length, longest: Math.max(0, ...tasks) };
  } finally {
    await close();
  }
}

async function openConversation(root) {
  await root.getByRole('button', { name: 'Conversations' }).click();
  await root.locator('.session-open').first().click();
  await root.locator('.answer').first().waitFor();
}

/** Pages back to the first message, and to the end again. */
async function showAll(root, answers) {
  const earlier = root.locator('.earlier:enabled');
  while ((await root.locator('.answer').count()) < answers) {
    if (await earlier.count()) await earlier.click();
    else await sleep(20);
  }
  await root.locator('.to-end').click();
  await root.locator('.to-end').waitFor({ state: 'detached' });
}

function claimsOfStreams(rounds) {
  const shown = 'while an answer streams into a long conversation';
  const of = (key) => rounds.map((round) => round[key]);
  return [
    {
      id: 'widget.stream.longest',
      text: `${shown}: longest task`,
      unit: 'ms',
      values: of('longest'),
      aim: AIMS.longest,
      detail: { long: of('long') },
    },
    {
      id: 'widget.stream.script',
      text: `${shown}: share of time in scripts`,
      unit: '%',
      values: of('share'),
      aim: AIMS.scripting,
    },
  ];
}

const show = (values) => median(values).toFixed(1);

/** Runs in the page. */
function watchTasks() {
  globalThis.tasks = [];
  const observer = new PerformanceObserver((list) =>
    globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration)),
  );
  observer.observe({ entryTypes: ['longtask'] });
}

import { ensureChromium } from '../../scripts/lib/chromium.mjs';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];

/** Starts a Chromium. Out: `{ page(), close() }`; a page has a cache and a storage of its own. */
export async function openBrowser() {
  const { path, env } = await ensureChromium();
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: path,
    args: FLAGS,
    env: { ...process.env, ...env },
  });
  return { page: () => openPage(browser), close: () => browser.close() };
}

/**
 * Out: `{ page, work(), received(origin), close() }`. `work` tells, in milliseconds since the page began, what its main thread did:
 * `script` in scripts, `task` in all (Chrome DevTools Protocol, Performance.getMetrics). `received` tells
 * what an origin was asked for, `{ url, bytes }`, compressed as it came, without heads (Network.dataReceived).
 */
async function openPage(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const requests = new Map();
  devtools.on('Network.requestWillBeSent', ({ requestId, request }) =>
    requests.set(requestId, { url: request.url, bytes: 0 }),
  );
  devtools.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    const request = requests.get(requestId);
    if (request) request.bytes += encodedDataLength;
  });
  await devtools.send('Network.enable');
  await devtools.send('Performance.enable');
  return {
    page,
    work: async () => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      const of = (name) => metrics.find((metric) => metric.name === name).value * 1000;
      return { script: of('ScriptDuration'), task: of('TaskDuration') };
    },
    received: (origin) => [...requests.values()].filter(({ url }) => url.startsWith(origin)),
    close: () => context.close(),
  };
}

import { gzipSync } from 'node:zlib';
import { type RunningApp, startApp } from '../support/app.js';

describe('the files of the widget', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({});
  });
  afterAll(() => app?.close());

  it('gives the script to every origin, for a short time, and answers a good copy with 304', async () => {
    const first = await fetch(`${app.url}/chat/embed.js`);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(first.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(first.headers.get('cache-control')).toBe('public, max-age=60, must-revalidate');
    const script = await first.text();
    expect(await (await fetch(`${app.url}/chat/v1/embed.js`)).text()).toBe(script);
    const again = await fetch(`${app.url}/chat/embed.js`, {
      headers: { 'If-None-Match': first.headers.get('etag')!, 'Cache-Control': 'max-age=0' },
    });
    expect(again.status).toBe(304);
  });

  it('gives chunks for a year, and nothing but the build’s', async () => {
    const script = await (await fetch(`${app.url}/chat/embed.js`)).text();
    const panel = /panel-[A-Z0-9]+\.js/.exec(script)![0];
    const chunk = await fetch(`${app.url}/chat/widget-assets/${panel}`);
    expect(chunk.status).toBe(200);
    expect(chunk.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(chunk.headers.get('access-control-allow-origin')).toBe('*');
    for (const name of [
      'manifest.json',
      'embed.js',
      '..%2Fmanifest.json',
      '%2e%2e%2f%2e%2e%2fpackage.json',
    ]) {
      const refused = await fetch(`${app.url}/chat/widget-assets/${name}`);
      expect(refused.status).toBe(404);
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('loads at most 5 kB before the first hover, and 45 kB in all for a first opening, gzipped', async () => {
    const load = async (path: string) => (await fetch(`${app.url}/chat/${path}`)).text();
    const size = (text: string) => gzipSync(text, { level: 9 }).length;
    const script = await load('embed.js');
    expect(size(script)).toBeLessThanOrEqual(5 * 1024);
    const panel = await load(`widget-assets/${/panel-[A-Z0-9]+\.js/.exec(script)![0]}`);
    const imported = [...panel.matchAll(/(?:from|import) ?"\.\/(chunk-[A-Z0-9]+\.js)"/g)].map(
      ([, name]) => name,
    );
    expect(imported.length).toBeGreaterThan(0);
    const chunks = await Promise.all(imported.map((name) => load(`widget-assets/${name}`)));
    const all = [script, panel, ...chunks].reduce((sum, text) => sum + size(text), 0);
    expect(all).toBeLessThanOrEqual(45 * 1024);
  });

  it('sends the demo page with a strict policy', async () => {
    const page = await fetch(`${app.url}/chat/widget`);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('sends the page of figures with a strict policy, to be framed and opened by the dashboards alone', async () => {
    const page = await fetch(`${app.url}/chat/admin`);
    const policy = page.headers.get('content-security-policy')!.split('; ');
    expect(policy).toContain('frame-ancestors http://localhost:3001 http://localhost:5000');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'"]),
    );
    expect(policy.join()).not.toContain('unsafe');
    expect(page.headers.get('x-frame-options')).toBeNull();
    expect(page.headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=/);
    const demo = await fetch(`${app.url}/chat/widget`);
    expect(demo.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(demo.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  });

  it('lets nobody frame or open the page of figures where no dashboard is known', async () => {
    const alone = await startApp({ CORS_ORIGINS: '[]' });
    try {
      const page = await fetch(`${alone.url}/chat/admin`);
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    } finally {
      await alone.close();
    }
  });
});

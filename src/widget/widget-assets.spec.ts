import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { WidgetAssets, widgetFolder } from './widget-assets.js';

describe('WidgetAssets', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'widget-'));
    for (const page of ['demo', 'admin']) mkdirSync(join(folder, page));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const build = (assets: string[]) => {
    const manifest = { embed: 'embed.js', page: 'demo/index.html', admin: 'admin/index.html', assets };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'embed.js'), 'embed');
    for (const page of ['demo', 'admin']) writeFileSync(join(folder, page, 'index.html'), '<!doctype html>');
    for (const name of assets) if (!name.includes('/')) writeFileSync(join(folder, name), name);
  };

  it('gives the files of the manifest, and no other', () => {
    build(['panel-X.js', 'demo-Y.css']);
    writeFileSync(join(folder, 'other.js'), '');
    const assets = new WidgetAssets(folder);
    const panel = assets.find('panel-X.js');
    expect(panel).toMatchObject({ type: 'text/javascript; charset=utf-8' });
    expect(gunzipSync(panel!.gzip).toString()).toBe('panel-X.js');
    expect(assets.find('demo-Y.css')?.type).toBe('text/css; charset=utf-8');
    for (const name of ['other.js', 'manifest.json', '../widget-assets.ts', 'constructor']) {
      expect(assets.find(name)).toBeUndefined();
    }
  });

  it('gives other content another ETag', () => {
    build(['a-1.js', 'a-2.js']);
    const assets = new WidgetAssets(folder);
    expect(assets.find('a-1.js')!.etag).not.toBe(assets.find('a-2.js')!.etag);
  });

  it('says what to run when there is no build', () => {
    expect(() => new WidgetAssets(folder)).toThrow(/Run "npm run build"/);
  });

  it('refuses a manifest that names files elsewhere', () => {
    build(['../secret.js']);
    expect(() => new WidgetAssets(folder)).toThrow(/not built/);
  });
});

it('finds the build beside package.json', () => {
  expect(widgetFolder(__dirname)).toBe(join(__dirname, '../../dist/widget'));
});

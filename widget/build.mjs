import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { context, transform } from 'esbuild';
import { checkLanguages } from './check-languages.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = join(here, '../dist/widget');
const TARGET = ['es2022', 'chrome111', 'firefox111', 'safari16.4'];

/** Style sheets as minified text, for constructed sheets. */
const cssText = {
  name: 'css-text',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), {
        loader: 'css',
        minify: true,
        target: TARGET,
      });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

/** Only WebSocket is used: the other transports of engine.io stay out of the bundle. */
const webSocketOnly = {
  name: 'websocket-only',
  setup(build) {
    const transports = (name, contents) =>
      build.onLoad({ filter: new RegExp(`engine\\.io-client/build/esm/transports/${name}\\.js$`) }, () => ({
        contents,
        loader: 'js',
      }));
    transports('index', "import { WS } from './websocket.js'; export const transports = { websocket: WS };");
    transports('polling-xhr', 'export class XHR {}');
  },
};

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  legalComments: 'none',
  charset: 'utf8',
  target: TARGET,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

async function bundle(options) {
  const made = await context({ ...common, ...options });
  try {
    return (await made.rebuild()).outputFiles;
  } finally {
    await made.dispose();
  }
}

async function panelFiles() {
  const files = await bundle({
    entryPoints: [{ in: 'src/panel.tsx', out: 'panel' }],
    outdir: 'out',
    format: 'esm',
    splitting: true,
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    plugins: [cssText, webSocketOnly],
  });
  return files.map((file) => ({ name: basename(file.path), contents: Buffer.from(file.contents) }));
}

async function embedFile(panel) {
  const [file] = await bundle({
    entryPoints: ['src/loader/embed.ts'],
    outdir: 'out',
    format: 'iife',
    plugins: [cssText],
    define: { ...common.define, PANEL_FILE: JSON.stringify(panel) },
  });
  return { name: 'embed.js', contents: Buffer.from(file.contents) };
}

/** A page: its script and style sheet get hashed names, which are written into it. */
async function pageFiles({ name, folder, script, style }) {
  const options = { outdir: 'out', format: 'iife', entryNames: '[name]-[hash]' };
  const files = [
    ...(await bundle({ ...options, entryPoints: [join(folder, script)], plugins: [cssText] })),
    ...(await bundle({ ...options, entryPoints: [join(folder, style)] })),
  ];
  const assets = files.map((file) => ({ name: basename(file.path), contents: Buffer.from(file.contents) }));
  const named = (ending) => assets.find((asset) => asset.name.endsWith(ending)).name;
  const page = (await readFile(join(here, folder, 'index.html'), 'utf8'))
    .replaceAll('{{script}}', `widget-assets/${named('.js')}`)
    .replaceAll('{{style}}', `widget-assets/${named('.css')}`);
  return { assets, page: { name: join(name, 'index.html'), contents: Buffer.from(page) } };
}

const PAGES = {
  demo: { name: 'demo', folder: 'demo', script: 'demo.ts', style: 'demo.css' },
  admin: { name: 'admin', folder: 'src/admin', script: 'admin.tsx', style: 'admin.css' },
};

const describe = ({ name, contents }) => [
  name,
  {
    bytes: contents.length,
    gzip: gzipSync(contents, { level: 9 }).length,
    integrity: `sha384-${createHash('sha384').update(contents).digest('base64')}`,
  },
];

async function build() {
  await checkLanguages();
  const chunks = await panelFiles();
  const panel = chunks.find(({ name }) => name.startsWith('panel-')).name;
  const embed = await embedFile(panel);
  const demo = await pageFiles(PAGES.demo);
  const admin = await pageFiles(PAGES.admin);
  const pages = [demo.page, admin.page];
  const assets = [...chunks, ...demo.assets, ...admin.assets].sort((a, b) => a.name.localeCompare(b.name));
  const manifest = {
    embed: 'embed.js',
    panel,
    page: demo.page.name,
    admin: admin.page.name,
    assets: assets.map(({ name }) => name),
    files: Object.fromEntries([embed, ...pages, ...assets].map(describe)),
  };
  await rm(out, { recursive: true, force: true });
  await Promise.all(pages.map(({ name }) => mkdir(join(out, dirname(name)), { recursive: true })));
  await Promise.all(
    [...assets, embed, ...pages].map(({ name, contents }) => writeFile(join(out, name), contents)),
  );
  await writeFile(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const kb = (name) => `${(manifest.files[name].gzip / 1024).toFixed(1)} kB`;
  console.log(`widget built: embed.js ${kb('embed.js')}, ${panel} ${kb(panel)} (gzip)`);
}

await build();

if (process.argv.includes('--watch')) {
  const { watch } = await import('node:fs');
  let timer;
  for (const folder of ['src', 'demo']) {
    watch(join(here, folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => build().catch((error) => console.error(error.message)), 100);
    });
  }
}

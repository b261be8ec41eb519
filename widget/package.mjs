/** Makes the npm package in dist/package: scripts of every export, their types, and package.json. */
import { cp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = join(here, '../dist/package');
const ENTRIES = ['index', 'react', 'client'];

await rm(out, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: ENTRIES.map((name) => `src/package/${name}.ts`),
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  packages: 'external',
  logLevel: 'warning',
});
const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.package.json'], {
  cwd: here,
  stdio: 'inherit',
});
if (status !== 0) throw new Error('The types of the package could not be made.');
await cp(join(here, 'package.json'), join(out, 'package.json'));
await cp(join(here, '../LICENSE'), join(out, 'LICENSE'));
console.log(`package built: ${ENTRIES.map((name) => `${name}.js`).join(', ')} and types`);

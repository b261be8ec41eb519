import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './run.mjs';

/**
 * Loads a TypeScript file of the sources into a script, with what it imports; packages stay packages.
 * In: the file's path below src, without ending. Out: its exports.
 */
export async function importSource(name) {
  const { build } = await import('esbuild');
  const outfile = join(ROOT, '.cache', 'scripts', `${name.replaceAll('/', '-')}-${process.pid}.mjs`);
  mkdirSync(join(ROOT, '.cache', 'scripts'), { recursive: true });
  await build({
    entryPoints: [join(ROOT, 'src', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  try {
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(outfile, { force: true });
  }
}

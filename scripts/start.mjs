/** `npm start`: installs and builds what is missing, then runs the service in this very process. */
import module from 'node:module';
import { join } from 'node:path';
import { ensureBuilt, SERVED } from './lib/build.mjs';
import { checkNode, ensureDependencies } from './lib/dependencies.mjs';
import { ROOT, script } from './lib/run.mjs';

await script(async () => {
  checkNode();
  process.chdir(ROOT);
  await ensureDependencies();
  await ensureBuilt({ only: SERVED });
  module.enableCompileCache?.(join(ROOT, '.cache', 'compile'));
  await import('../dist/server/main.js');
});

/** `npm run build`: server and widget into dist/. */
import { ensureBuilt } from './lib/build.mjs';
import { checkNode, ensureDependencies } from './lib/dependencies.mjs';
import { script } from './lib/run.mjs';

await script(async () => {
  checkNode();
  await ensureDependencies();
  await ensureBuilt({ force: true });
});

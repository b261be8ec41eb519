/** `npm run bench [-- options]`: measures the service against bare programs, and says which aims are met. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { checkNode, ensureDependencies } from '../scripts/lib/dependencies.mjs';
import { ROOT, say, script } from '../scripts/lib/run.mjs';
import { HELP, readOptions } from './lib/options.mjs';

/** Each measure with the number of rounds that it usually takes. */
const MEASURES = {
  messages: { rounds: 5, load: async () => (await import('./measures/messages.mjs')).measureMessages },
  'first-token': {
    rounds: 5,
    load: async () => (await import('./measures/first-token.mjs')).measureFirstToken,
  },
  memory: { rounds: 3, load: async () => (await import('./measures/memory.mjs')).measureMemory },
  'live-answers': {
    rounds: 3,
    load: async () => (await import('./measures/live-answers.mjs')).measureLiveAnswers,
  },
  selection: { rounds: 5, load: async () => (await import('./measures/selection.mjs')).measureSelection },
  'crew-call': { rounds: 5, load: async () => (await import('./measures/crew-call.mjs')).measureCrewCall },
  'tool-step': { rounds: 5, load: async () => (await import('./measures/tool-step.mjs')).measureToolStep },
  workers: { rounds: 5, load: async () => (await import('./measures/workers.mjs')).measureWorkers },
  'cross-node': {
    rounds: 3,
    load: async () => (await import('./measures/cross-node.mjs')).measureCrossNode,
  },
  resume: { rounds: 3, load: async () => (await import('./measures/resume.mjs')).measureResume },
  durability: {
    rounds: 5,
    load: async () => (await import('./measures/durability.mjs')).measureDurability,
  },
  widget: { rounds: 5, load: async () => (await import('./measures/widget.mjs')).measureWidget },
  million: { rounds: 3, load: async () => (await import('./measures/million.mjs')).measureMillion },
};
const FOLDER = join(ROOT, '.cache', 'bench');

await script(async () => {
  const options = readOptions(process.argv.slice(2), Object.keys(MEASURES));
  if (options.help) return say(HELP);
  checkNode();
  await ensureDependencies();
  await ensureBuilt();
  mkdirSync(FOLDER, { recursive: true });
  const around = await setUp(options);
  try {
    await report(await measureAll(around, options), around, join(FOLDER, options.results));
  } finally {
    await around.close();
  }
});

/** Places processes on cores, starts PostgreSQL and the model server, and says how fast the disk is. Packages are loaded only now: they may be new. */
async function setUp({ memory, sizes }) {
  const { noiseOnMachine, placeOnCores } = await import('./lib/placement.mjs');
  const { openDatabase } = await import('./lib/database.mjs');
  const { sayFlush } = await import('./lib/disk.mjs');
  const { startProgram } = await import('./lib/program.mjs');
  const { place, placeAnywhere, text } = placeOnCores();
  say(`Cores: ${text}.`);
  const noise = noiseOnMachine();
  if (noise) say(noise);
  const database = await openDatabase({ folder: FOLDER, memory, log: say });
  try {
    const flush = await sayFlush(database.folder ?? FOLDER, sizes.flushes, say);
    const model = await startProgram({ name: 'model server', file: join(ROOT, 'bench', 'model-server.mjs') });
    const close = async () => {
      await model.stop();
      await database.close();
    };
    const modelUrl = `http://127.0.0.1:${model.port}`;
    return {
      place,
      placeAnywhere,
      placement: text,
      noise,
      flush,
      database,
      databaseUrl: database.url,
      modelUrl,
      folder: FOLDER,
      close,
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function measureAll(around, options) {
  const claims = [];
  for (const name of options.only) {
    const { rounds, load } = MEASURES[name];
    const measure = await load();
    say(`\n${name}`);
    const bench = { ...around, sizes: options.sizes, rounds: options.roundsOf(rounds), log: say };
    claims.push(...(await measure({ ...bench, profiled: profiler(options.profile) })));
  }
  return claims;
}

/** Out: a function that, with --profile, runs uncounted work on a subject while a profile of it is taken. */
function profiler(wanted) {
  return async (name, subject, work) => {
    if (!wanted) return;
    const { summarize } = await import('./lib/profile.mjs');
    const file = join(FOLDER, `${name}.cpuprofile`);
    await subject.program.profile(file, work);
    say(
      `  profile of ${subject.name}: ${relative(process.cwd(), file)} (open it in the developer tools of Chromium)`,
    );
    summarize(file).forEach(say);
  };
}

async function report(claims, { placement, noise, flush }, file) {
  const { HEADING, judge, lineOf } = await import('./lib/report.mjs');
  const judged = claims.map(judge);
  say(`\n${HEADING}`);
  for (const claim of judged) say(lineOf(claim));
  const result = { node: process.version, placement, noise, flush, claims: judged };
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
  say(`\nWritten to ${relative(process.cwd(), file)}.`);
}

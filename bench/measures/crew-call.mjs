import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/run.mjs';
import { startProgram } from '../lib/program.mjs';
import { quantile, ratios } from '../lib/statistics.mjs';

const PATH = '/agents/lead-analysis';
const WARM_UP = 200;
const NEVER = new AbortController().signal;
const TASK = {
  runId: '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11',
  sessionId: 's',
  principal: { tenantId: 't', userId: 'u', role: 'user', email: null },
  agent: { name: 'lead_analyzer', endpoint: PATH },
  question: 'Which leads are hot?',
  past: [],
  context: { current_page: 'leads' },
};

/**
 * Time of a question to a crew by the original contract, with all that guards it, beyond that of a bare `fetch` of the
 * same answer. One after the other, in turn, to a crew that answers at once.
 */
export async function measureCrewCall(bench) {
  const crew = await startProgram({
    name: 'crew',
    file: join(ROOT, 'bench', 'crew-server.mjs'),
    place: bench.place,
  });
  try {
    const base = `http://127.0.0.1:${crew.port}`;
    const calls = { fetch: () => bareFetch(base), crew: await crewCall(base) };
    await timesOf(calls, WARM_UP);
    const rounds = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      rounds.push(await timesOf(calls, bench.sizes.crewCalls));
      report(bench, rounds.at(-1));
    }
    return claimsOf(rounds);
  } finally {
    await crew.stop();
  }
}

/** Out: milliseconds of every call, by its kind. */
async function timesOf(calls, count) {
  const times = { fetch: [], crew: [] };
  for (let turn = 0; turn < count; turn += 1) {
    for (const [name, call] of Object.entries(calls)) {
      const begin = performance.now();
      await call();
      times[name].push(performance.now() - begin);
    }
  }
  return times;
}

async function bareFetch(base) {
  const response = await fetch(`${base}${PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: TASK.question, context: TASK.context, message_history: TASK.past }),
  });
  return response.json();
}

/** The room of crews of the built service. Out: a question to its end. */
async function crewCall(base) {
  const built = (path) => import(join(ROOT, 'dist', 'server', ...path.split('/')));
  const { CrewConfig } = await built('config/config.js');
  const { parseEnv } = await built('config/env.schema.js');
  const { SyncAdapter } = await built('crewai/adapters/sync.adapter.js');
  const { CrewService } = await built('crewai/crew.service.js');
  const { CREW_LINE_LIMITS, CrewLines } = await built('crewai/wire/crew-line.js');
  const { CrewTargets } = await built('crewai/wire/crew-target.js');
  const { Metrics } = await built('monitoring/metrics/metrics.js');
  const config = new CrewConfig(parseEnv({ CREW_AI_SERVICE_URL: base }));
  const parts = {
    targets: new CrewTargets(config),
    lines: new CrewLines({ ...CREW_LINE_LIMITS, tries: config.tries }),
    adapters: { sync: new SyncAdapter() },
    silence: config.timeout,
  };
  const crews = new CrewService(parts, new Metrics());
  return async () => {
    let last;
    for await (const event of crews.run(TASK, NEVER)) last = event;
    if (last.type !== 'end') throw new Error('The crew did not answer');
  };
}

function report(bench, times) {
  const row = Object.entries(times).map(
    ([name, values]) =>
      `${name} ${quantile(values, 0.5).toFixed(3)} ms (p99 ${quantile(values, 0.99).toFixed(3)})`,
  );
  bench.log(`  ${times.crew.length} calls each: ${row.join(', ')}`);
}

function claimsOf(rounds) {
  const of = (name, share) => rounds.map((times) => quantile(times[name], share));
  return [
    {
      id: 'crew-call.median',
      text: 'time of a crew call against a bare fetch, median',
      unit: 'x',
      values: ratios(of('crew', 0.5), of('fetch', 0.5)),
      detail: { fetch: of('fetch', 0.5), crew: of('crew', 0.5), p99: of('crew', 0.99) },
    },
  ];
}

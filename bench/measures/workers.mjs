import { runLoad, turned } from '../lib/load.mjs';
import { median, ratios } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { connectUsers } from '../lib/users.mjs';

/**
 * Answers a second with several workers against one, under the same load. Workers may use every core; so do load,
 * model server and PostgreSQL where there are few.
 */
export async function measureWorkers(bench) {
  const { workers, workersAtOnce } = bench.sizes;
  const services = [];
  try {
    for (const count of workers) services.push(await startWorkers(bench, count, workersAtOnce));
    for (let round = 0; round < bench.rounds; round += 1) {
      for (const service of turned(services, round))
        service.results.push(await runOne(bench, service, round));
    }
  } finally {
    for (const { subject, clients } of services) {
      clients.forEach((client) => client.close());
      await subject.program.stop();
    }
  }
  const [one, ...more] = services;
  return more.flatMap((several) => claimsOf(several, one, workersAtOnce));
}

async function startWorkers(bench, count, users) {
  const around = { ...bench, place: bench.placeAnywhere };
  const subject = await startSubject(around, 'service', { env: { WORKERS: String(count) } });
  return { count, subject, clients: await connectUsers(subject, users), results: [] };
}

async function runOne(bench, { count, subject, clients }, round) {
  const { seconds } = bench.sizes;
  const result = await runLoad({
    subject,
    clients,
    seconds,
    warmUp: round === 0 ? 2 * seconds : seconds / 4,
    database: bench.database,
  });
  bench.log(
    `  ${count} worker${count > 1 ? 's' : ' '}  ${clients.length} at once  ${result.perSecond.toFixed(0).padStart(5)} answers/s, ` +
      `CPU-ms an answer: server ${result.cpuPerMessage.toFixed(2)}  (${(result.busy * 100).toFixed(0)} % of a core)`,
  );
  return result;
}

function claimsOf(several, one, atOnce) {
  const of = ({ results }, key) => results.map((result) => result[key]);
  const compare = (key, text) => ({
    id: `workers.${several.count}.${key}`,
    text: `${text}, ${several.count} workers against 1, ${atOnce} at once`,
    unit: 'x',
    values: ratios(of(several, key), of(one, key)),
    detail: { workers: median(of(several, key)), one: median(of(one, key)) },
  });
  return [compare('perSecond', 'answers/s'), compare('cpuPerMessage', 'CPU an answer')];
}

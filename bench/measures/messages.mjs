import { runLoad, turned } from '../lib/load.mjs';
import { median, ratios } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { connectUsers } from '../lib/users.mjs';

const SUBJECTS = ['relay-langchain', 'service', 'relay-hand', 'relay-hand-nostore'];
const FIRST_CPU = { max: 1.4, stage: 'first' };
const FIRST_RATE = { min: 0.7, stage: 'first' };

/**
 * Messages a second and processor time a message: persisted, streamed answers of 20 tokens, so many users at once.
 * Every subject runs once a round, each round beginning with another one.
 */
export async function measureMessages(bench) {
  const { sizes, rounds } = bench;
  const subjects = [];
  try {
    for (const name of SUBJECTS) subjects.push(await withUsers(bench, name));
    const claims = [];
    for (const atOnce of sizes.atOnce) {
      const results = new Map(SUBJECTS.map((name) => [name, []]));
      for (let round = 0; round < rounds; round += 1) {
        for (const entry of turned(subjects, round)) {
          results.get(entry.subject.name).push(await runOne(bench, entry, atOnce, round));
        }
      }
      claims.push(...claimsOf(atOnce, results));
      await profileService(bench, subjects, atOnce);
    }
    await expectRows(bench, subjects);
    return claims;
  } finally {
    for (const { subject, clients } of subjects) {
      clients.forEach((client) => client.close());
      await subject.program.stop();
    }
  }
}

async function withUsers(bench, name) {
  const subject = await startSubject(bench, name);
  const clients = await connectUsers(subject, Math.max(...bench.sizes.atOnce));
  return { subject, clients, answered: 0 };
}

async function runOne(bench, entry, atOnce, round) {
  const { subject } = entry;
  const { seconds } = bench.sizes;
  const clients = entry.clients.slice(0, atOnce);
  const result = await runLoad({
    subject,
    clients,
    seconds,
    warmUp: round === 0 ? 2 * seconds : seconds / 4,
    database: bench.database,
  });
  entry.answered += result.messages;
  const database = result.databasePerMessage?.toFixed(2) ?? '?';
  bench.log(
    `  ${String(atOnce).padStart(3)} at once  ${subject.name.padEnd(18)} ${result.perSecond.toFixed(0).padStart(5)} messages/s, ` +
      `CPU-ms a message: server ${result.cpuPerMessage.toFixed(2)}, PostgreSQL ${database}  (server ${(result.busy * 100).toFixed(0)} % busy)`,
  );
  return result;
}

/** A run of its own that is not counted: taking a profile costs time that the others do not pay. */
async function profileService(bench, subjects, atOnce) {
  const { subject, clients } = subjects.find((entry) => entry.subject.name === 'service');
  const { database, sizes } = bench;
  const load = { subject, clients: clients.slice(0, atOnce), seconds: sizes.seconds, warmUp: 0, database };
  await bench.profiled(`messages-${atOnce}`, subject, () => runLoad(load));
}

function claimsOf(atOnce, results) {
  const of = (name, key) => results.get(name).map((result) => result[key]);
  const compare = (key, baseline, aim) => ({
    id: `messages.${atOnce}.${key}.${baseline}`,
    text: `${key === 'cpuPerMessage' ? 'CPU a message' : 'messages/s'}, ${atOnce} at once, against ${baseline}`,
    unit: 'x',
    values: ratios(of('service', key), of(baseline, key)),
    aim,
    detail: { service: median(of('service', key)), baseline: median(of(baseline, key)) },
  });
  const claims = [
    compare('cpuPerMessage', 'relay-langchain', FIRST_CPU),
    compare('cpuPerMessage', 'relay-hand'),
    compare('cpuPerMessage', 'relay-hand-nostore', { max: 1, stage: 'later' }),
    compare('perSecond', 'relay-langchain', atOnce > 1 ? FIRST_RATE : undefined),
    compare('perSecond', 'relay-hand'),
    compare('perSecond', 'relay-hand-nostore'),
  ];
  const database = of('service', 'databasePerMessage');
  if (database.includes(undefined)) return claims;
  return [
    ...claims,
    {
      id: `messages.${atOnce}.database`,
      text: `CPU of PostgreSQL a message, ${atOnce} at once`,
      unit: 'ms',
      values: database,
      aim: atOnce === 50 ? { max: 0.3, stage: 'first' } : undefined,
      detail: { baseline: median(of('relay-hand', 'databasePerMessage')) },
    },
  ];
}

/** Two rows for every answered message, or the measure is worth nothing. */
async function expectRows({ database }, subjects) {
  for (const [name, table] of [
    ['service', 'chat_messages'],
    ['relay-hand', 'baseline_messages'],
  ]) {
    const { answered } = subjects.find(({ subject }) => subject.name === name);
    const rows = await database.count(table);
    if (rows < 2 * answered) throw new Error(`${name} kept ${rows} rows of ${answered} messages`);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { conversation, questionOf, runLoad, turned } from '../lib/load.mjs';
import { PACED, startUser, watchUsers } from '../lib/paced.mjs';
import { median, quantile, ratios } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { connectUsers } from '../lib/users.mjs';

const WITHOUT = 'service-without-log';
const NAMES = [WITHOUT, 'service'];
/** Nobody renews the leases of the service without them; short ones would run out, and the other take its answers. */
const ENV = { [WITHOUT]: { RUN_LEASE: '120' }, service: {} };
const WARM_UP = 20;
/** Milliseconds. */
const IDLE_WITHIN = 60_000;
const IDLE_POLL = 200;

/** The price of log and leases: the service against the same one without what they write. */
export async function measureDurability(bench) {
  const atOnce = await withBoth(bench, {}, (subjects) => answerAtOnce(bench, subjects));
  const paced = await withBoth(bench, PACED, (subjects) => answerPaced(bench, subjects));
  return [...claimsOf(bench, atOnce, AT_ONCE), ...claimsOf(bench, paced, IN_PACE)];
}

/** Runs `work` with both services, whose model has this pace. Out: its results, by name of the service. */
async function withBoth(bench, model, work) {
  const subjects = [];
  try {
    for (const name of NAMES) {
      subjects.push(await startSubject(bench, name, { ...model, env: ENV[name] }));
    }
    return await work(subjects);
  } finally {
    for (const { program } of subjects) await program.stop();
  }
}

async function answerAtOnce(bench, subjects) {
  const { seconds, durableAtOnce } = bench.sizes;
  return eachInTurn(bench, subjects, durableAtOnce, async (subject, clients, round) => {
    const warmUp = round === 0 ? 2 * seconds : seconds / 4;
    const load = await runLoad({ subject, clients, seconds, warmUp, database: bench.database });
    const firsts = await firstTokens(clients[0], bench.sizes.durableQuestions);
    const result = {
      cpu: load.cpuPerMessage,
      databaseCpu: load.databasePerMessage,
      first50: quantile(firsts, 0.5),
      first99: quantile(firsts, 0.99),
    };
    bench.log(
      `  ${subject.name.padEnd(20)} ${durableAtOnce} at once: CPU-ms a message: server ${show(result.cpu)}, PostgreSQL ${show(result.databaseCpu)}; ` +
        `first token of one user p50 ${show(result.first50)} ms, p99 ${show(result.first99)} ms`,
    );
    return result;
  });
}

/** Out: milliseconds from the question to the first token, of one user alone. */
async function firstTokens(client, questions) {
  const nextSession = conversation();
  const times = [];
  for (let turn = 1; turn <= WARM_UP + questions; turn += 1) {
    const { first } = await client.ask(nextSession(), questionOf(turn));
    if (turn > WARM_UP) times.push(first / 1000);
  }
  return times;
}

async function answerPaced(bench, subjects) {
  const { durableLive, liveSeconds } = bench.sizes;
  return eachInTurn(bench, subjects, durableLive, async (subject, clients) => {
    const users = clients.map(startUser);
    const watched = await watchUsers({ subject, users, seconds: liveSeconds, database: bench.database });
    users.forEach((user) => user.stop());
    if (watched.error) throw watched.error;
    const { delays, cpu, databaseCpu } = watched;
    const result = {
      cpu: (cpu / delays.length) * 1000,
      databaseCpu: databaseCpu === undefined ? undefined : (databaseCpu / delays.length) * 1000,
      delay50: quantile(delays, 0.5),
      delay99: quantile(delays, 0.99),
    };
    bench.log(
      `  ${subject.name.padEnd(20)} ${durableLive} live answers: CPU-us a token: server ${show(result.cpu)}, PostgreSQL ${show(result.databaseCpu)}; ` +
        `token delay p50 ${show(result.delay50)} ms, p99 ${show(result.delay99)} ms`,
    );
    return result;
  });
}

const show = (value) => value?.toFixed(2) ?? '?';

/**
 * Every service once a round with users of its own, each round beginning with another one. Throws where a service
 * logged that should not, or did not that should.
 */
async function eachInTurn(bench, subjects, users, work) {
  const results = new Map(NAMES.map((name) => [name, []]));
  for (let round = 0; round < bench.rounds; round += 1) {
    for (const subject of turned(subjects, round)) {
      const clients = await connectUsers(subject, users);
      const logged = await bench.database.count('chat_run_events');
      try {
        results.get(subject.name).push(await work(subject, clients, round));
      } finally {
        clients.forEach((client) => client.close());
      }
      await untilIdle(bench.database);
      const logs = (await bench.database.count('chat_run_events')) > logged;
      if (logs === (subject.name === WITHOUT)) {
        throw new Error(`${subject.name} wrote ${logs ? 'events' : 'no event'}`);
      }
    }
  }
  return results;
}

/** Answers go on when their users have left; they must not be counted for whoever comes next. */
async function untilIdle(database) {
  const deadline = performance.now() + IDLE_WITHIN;
  while ((await database.count('chat_runs', "state = 'running'")) > 0) {
    if (performance.now() > deadline) throw new Error('Answers went on after their users had left');
    await sleep(IDLE_POLL);
  }
}

const AT_ONCE = {
  cpu: ['message', ({ durableAtOnce }) => `CPU a message, ${durableAtOnce} at once`],
  databaseCpu: [
    'message.database',
    ({ durableAtOnce }) => `PostgreSQL's CPU a message, ${durableAtOnce} at once`,
  ],
  first50: ['first-token.p50', () => 'question to first token, one user, p50'],
  first99: ['first-token.p99', () => 'question to first token, one user, p99'],
};
const IN_PACE = {
  cpu: ['token', ({ durableLive }) => `CPU a paced token, ${durableLive} live`],
  databaseCpu: ['token.database', ({ durableLive }) => `PostgreSQL's CPU a paced token, ${durableLive} live`],
  delay50: ['delay.p50', () => 'delay of a paced token, p50'],
  delay99: ['delay.p99', () => 'delay of a paced token, p99'],
};

function claimsOf({ sizes }, results, kinds) {
  const of = (name, key) => results.get(name).map((result) => result[key]);
  return Object.entries(kinds).flatMap(([key, [id, text]]) => {
    const [without, real] = NAMES.map((name) => of(name, key));
    if (real.includes(undefined)) return [];
    return {
      id: `durability.${id}`,
      text: `${text(sizes)}, with log against without`,
      unit: 'x',
      values: ratios(real, without),
      detail: { service: median(real), without: median(without) },
    };
  });
}

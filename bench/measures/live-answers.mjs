import { setTimeout as sleep } from 'node:timers/promises';
import { PACED, startUser, watchUsers } from '../lib/paced.mjs';
import { quantile, ratios } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { connectUsers } from '../lib/users.mjs';

/** Milliseconds that the slowest hundredth of the tokens may take from the model to the user. */
const LIMIT = 100;

/**
 * How many answers at 50 tokens a second one process carries. More and more users ask without a pause; each token
 * says when the model sent it. The last number of users before the p99 delay passes 100 ms counts.
 */
export async function measureLiveAnswers(bench) {
  const results = { 'relay-hand': [], service: [] };
  for (let round = 0; round < bench.rounds; round += 1) {
    for (const name of Object.keys(results)) results[name].push(await carried(bench, name, round));
  }
  return [
    {
      id: 'live-answers',
      text: `live answers at 50 tokens/s (p99 delay below ${LIMIT} ms)`,
      unit: 'answers',
      values: results.service,
      aim: { min: 150, stage: 'first' },
      detail: { 'relay-hand': results['relay-hand'], highestStep: bench.sizes.live.at(-1) },
    },
    ...againstRelay(bench, results),
  ];
}

/** Rounds in which the relay itself carried nothing say nothing about the service. */
function againstRelay(bench, results) {
  const values = ratios(results.service, results['relay-hand']).filter(Number.isFinite);
  if (values.length === 0) {
    bench.log('  Not even relay-hand held the limit: something else keeps this machine busy.');
    return [];
  }
  return [
    {
      id: 'live-answers.relay-hand',
      text: 'live answers at 50 tokens/s, against relay-hand',
      unit: 'x',
      values,
    },
  ];
}

async function carried(bench, name, round) {
  const subject = await startSubject(bench, name, PACED);
  const users = [];
  let highest = 0;
  try {
    for (const count of bench.sizes.live) {
      const clients = await connectUsers(subject, count - users.length);
      users.push(...clients.map(startUser));
      if (count === bench.sizes.live[0]) await sleep(bench.sizes.liveWarmUp * 1000);
      const p99 = await measureStep(bench, subject, users);
      if (name === 'service' && round === 0 && count === bench.sizes.live[0]) {
        await bench.profiled(`live-answers-${count}`, subject, () => sleep(bench.sizes.liveSeconds * 1000));
      }
      if (!(p99 <= LIMIT)) break;
      highest = count;
    }
    return highest;
  } finally {
    users.forEach((user) => user.stop());
    await subject.program.stop();
  }
}

async function measureStep(bench, subject, users) {
  const { delays, seconds, error, cpu } = await watchUsers({
    subject,
    users,
    seconds: bench.sizes.liveSeconds,
    database: bench.database,
  });
  if (error) {
    bench.log(`  ${subject.name.padEnd(10)} ${users.length} live answers: ${error.message}`);
    return Infinity;
  }
  const p99 = quantile(delays, 0.99) ?? Infinity;
  bench.log(
    `  ${subject.name.padEnd(10)} ${String(users.length).padStart(3)} live answers: token delay p50 ${quantile(delays, 0.5)?.toFixed(1)} ms, ` +
      `p99 ${p99.toFixed(1)} ms; ${((cpu / delays.length) * 1000).toFixed(0)} CPU-us a token, server ${(cpu / seconds / 10).toFixed(0)} % busy`,
  );
  return p99;
}

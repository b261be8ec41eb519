import { setTimeout as sleep } from 'node:timers/promises';
import { conversation, questionOf } from '../lib/load.mjs';
import { quantile, ratios } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { connectUsers } from '../lib/users.mjs';

const MODEL = { tokens: 100, delay: 20 };
/** Milliseconds that the slowest hundredth of the tokens may take from the model to the user. */
const LIMIT = 100;
const STAMP = /\d+/g;

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
  const subject = await startSubject(bench, name, MODEL);
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

/** Asks without a pause until stopped; the first time after a random part of an answer's length. */
function startUser(client) {
  const user = { delays: [], error: undefined, stop: () => undefined };
  let over = false;
  user.stop = () => {
    over = true;
    client.close();
  };
  const onText = (text, time) => {
    for (const stamp of text.match(STAMP) ?? []) user.delays.push((time - Number(stamp)) / 1000);
  };
  const run = async () => {
    const nextSession = conversation();
    await sleep(Math.random() * MODEL.tokens * MODEL.delay);
    for (let turn = 1; !over; turn += 1) await client.ask(nextSession(), questionOf(turn), onText);
  };
  run().catch((error) => {
    if (!over) user.error = error;
  });
  return user;
}

async function measureStep(bench, subject, users) {
  const { liveSeconds } = bench.sizes;
  await sleep(MODEL.tokens * MODEL.delay + 500);
  for (const user of users) user.delays = [];
  const before = await subject.program.cpu();
  await sleep(liveSeconds * 1000);
  const cpu = (await subject.program.cpu()) - before;
  const failed = users.find((user) => user.error);
  if (failed) {
    bench.log(`  ${subject.name.padEnd(10)} ${users.length} live answers: ${failed.error.message}`);
    return Infinity;
  }
  const delays = users.flatMap((user) => user.delays);
  const p99 = quantile(delays, 0.99) ?? Infinity;
  bench.log(
    `  ${subject.name.padEnd(10)} ${String(users.length).padStart(3)} live answers: token delay p50 ${quantile(delays, 0.5)?.toFixed(1)} ms, ` +
      `p99 ${p99.toFixed(1)} ms; ${((cpu / delays.length) * 1000).toFixed(0)} CPU-us a token, server ${(cpu / liveSeconds / 10).toFixed(0)} % busy`,
  );
  return p99;
}

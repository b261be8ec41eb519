import { conversation, questionOf } from '../lib/load.mjs';
import { median, ratios } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { connectUsers } from '../lib/users.mjs';

const WARM_UP = 30;

/**
 * Time of an answer in which the model calls a tool, one user at once, against two bare answers of the same model: the
 * tool's step is what the service does in between (policy, audit record, dataset stored, result handed back).
 * Relay and service are asked in turn, question by question.
 */
export async function measureToolStep(bench) {
  const open = [];
  try {
    for (const [name, calls] of [
      ['relay-hand', 0],
      ['service', 0],
      ['service-with-tool', 1],
    ]) {
      const subject = await startSubject(bench, name, { calls });
      const [client] = await connectUsers(subject, 1);
      open.push({ subject, client, nextSession: conversation() });
    }
    await ask(open, WARM_UP);
    const rounds = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      rounds.push(await ask(open, bench.sizes.questions));
      const row = Object.entries(rounds.at(-1)).map(([name, value]) => `${name} ${value.toFixed(2)} ms`);
      bench.log(`  whole answer, median  ${row.join('  ')}`);
    }
    return claimsOf(rounds);
  } finally {
    for (const { subject, client } of open) {
      client.close();
      await subject.program.stop();
    }
  }
}

/** Out: the median time of a whole answer in milliseconds, by who was asked. */
async function ask(open, questions) {
  const times = Object.fromEntries(open.map(({ subject }) => [subject.name, []]));
  for (let turn = 1; turn <= questions; turn += 1) {
    for (const { subject, client, nextSession } of open) {
      const { whole } = await client.ask(nextSession(), questionOf(turn));
      times[subject.name].push(whole / 1000);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

function claimsOf(rounds) {
  const of = (name) => rounds.map((times) => times[name]);
  const twice = of('relay-hand').map((time) => time * 2);
  const less = (from, what) => from.map((time, index) => time - what[index]);
  return [
    {
      id: 'tool-step.added',
      text: 'an answer with one call of a tool, beyond two bare answers of relay-hand, median',
      unit: 'ms',
      values: less(of('service-with-tool'), twice),
    },
    {
      id: 'tool-step.relay-hand',
      text: 'an answer with one call of a tool, against two bare answers of relay-hand, median',
      unit: 'x',
      values: ratios(of('service-with-tool'), twice),
    },
    {
      id: 'tool-step.step',
      text: 'an answer with one call of a tool, beyond the same without, median',
      unit: 'ms',
      values: less(of('service-with-tool'), of('service')),
    },
  ];
}

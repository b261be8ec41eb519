import { Agent, request } from 'node:http';
import { now } from '../lib/clock.mjs';
import { conversation, questionOf } from '../lib/load.mjs';
import { quantile, ratios } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { connectUsers } from '../lib/users.mjs';

const WARM_UP = 50;

/**
 * Time from the question to the first token of its answer, one user at once, beyond that of asking the model directly.
 * Model, relay and service are asked in turn, question by question. Both commit the question first.
 */
export async function measureFirstToken(bench) {
  const names = ['relay-hand', 'service'];
  const agent = new Agent({ keepAlive: true });
  const open = [];
  try {
    for (const name of names) {
      const subject = await startSubject(bench, name);
      const [client] = await connectUsers(subject, 1);
      open.push({ subject, client, nextSession: conversation() });
    }
    await ask(bench, agent, open, WARM_UP);
    const rounds = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      rounds.push(await ask(bench, agent, open, bench.sizes.questions));
      report(bench, rounds.at(-1));
    }
    await bench.profiled('first-token', open[1].subject, () =>
      ask(bench, agent, open, bench.sizes.questions),
    );
    return claimsOf(rounds);
  } finally {
    agent.destroy();
    for (const { subject, client } of open) {
      client.close();
      await subject.program.stop();
    }
  }
}

/** Out: milliseconds to the first token, of every question, by who was asked. */
async function ask(bench, agent, open, questions) {
  const times = { model: [], 'relay-hand': [], service: [] };
  for (let turn = 1; turn <= questions; turn += 1) {
    times.model.push((await askModel(bench.modelUrl, agent, questionOf(turn))) / 1000);
    for (const { subject, client, nextSession } of open) {
      const { first } = await client.ask(nextSession(), questionOf(turn));
      times[subject.name].push(first / 1000);
    }
  }
  return times;
}

/** Microseconds from asking to the first bytes of the answer, which hold its first token. */
function askModel(modelUrl, agent, content) {
  const body = JSON.stringify({ model: 'bench', stream: true, messages: [{ role: 'user', content }] });
  const begin = now();
  return new Promise((resolve, reject) => {
    const call = request(`${modelUrl}/t20/d0/v1/chat/completions`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    call.once('error', reject);
    call.once('response', (response) => {
      let first;
      response.on('data', () => (first ??= now() - begin));
      response.once('end', () => resolve(first));
      response.once('error', reject);
    });
    call.end(body);
  });
}

const added = (times, name, share) => quantile(times[name], share) - quantile(times.model, share);

function report(bench, times) {
  const row = Object.entries(times).map(
    ([name, values]) =>
      `${name} ${quantile(values, 0.5).toFixed(2)} ms (p99 ${quantile(values, 0.99).toFixed(2)})`,
  );
  bench.log(`  first token  ${row.join('  ')}`);
}

function claimsOf(rounds) {
  const of = (name, share) => rounds.map((times) => added(times, name, share));
  return [
    {
      id: 'first-token.median',
      text: 'first token added to the model, median',
      unit: 'ms',
      values: of('service', 0.5),
      aim: { max: 5, stage: 'first' },
    },
    {
      id: 'first-token.p99',
      text: 'first token added to the model, p99',
      unit: 'ms',
      values: of('service', 0.99),
      aim: { max: 4, stage: 'later' },
    },
    {
      id: 'first-token.relay-hand',
      text: 'first token added at the median, against relay-hand',
      unit: 'x',
      values: ratios(of('service', 0.5), of('relay-hand', 0.5)),
    },
  ];
}

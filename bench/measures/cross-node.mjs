import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { now } from '../lib/clock.mjs';
import { SocketDevice } from '../lib/device.mjs';
import { questionOf } from '../lib/load.mjs';
import { startNodes } from '../lib/nodes.mjs';
import { PACED, stampsOf } from '../lib/paced.mjs';
import { quantile, ratios } from '../lib/statistics.mjs';
import { inGroups, newToken } from '../lib/users.mjs';

const ARRIVES_WITHIN = 30_000;
const PUBLISH_EVERY = 5;

/**
 * How much later a device on another node is shown an event than the device that asked, through Redis, beside a
 * second device on the node that answers. All devices are in this process and share its clock.
 */
export async function measureCrossNode(bench) {
  const { nodes, redisUrl, stop } = await startNodes(bench, 2, PACED);
  try {
    const rounds = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      const result = {
        ...(await watchAnswers(bench, nodes)),
        redis: await publishBare(redisUrl, bench.sizes.published),
      };
      report(bench, result);
      rounds.push(result);
    }
    return claimsOf(rounds);
  } finally {
    await stop();
  }
}

/** Out: milliseconds by device: `later` than the asking one, an event each; from the model, `delays`, a token each. */
async function watchAnswers({ sizes }, [here, there]) {
  const users = await inGroups(sizes.crossUsers, async () => {
    const token = newToken();
    const connect = (node) => SocketDevice.connect(node, token);
    return { asking: await connect(here), same: await connect(here), other: await connect(there) };
  });
  const shown = { later: { same: [], other: [] }, delays: { same: [], other: [] } };
  try {
    await Promise.all(users.map((user) => watchUser(user, sizes.crossAnswers, shown)));
  } finally {
    for (const devices of users) for (const device of Object.values(devices)) device.close();
  }
  return shown;
}

async function watchUser({ asking, ...watching }, answers, shown) {
  const sessionId = randomUUID();
  for (const device of [asking, ...Object.values(watching)]) await device.join(sessionId);
  await sleep(Math.random() * PACED.tokens * PACED.delay);
  for (let turn = 1; turn <= answers; turn += 1) {
    const first = record(asking);
    const others = Object.entries(watching).map(([name, device]) => ({ name, heard: record(device) }));
    await asking.ask(sessionId, questionOf(turn));
    const times = await first;
    for (const { name, heard } of others) note(shown, name, await heard, times);
  }
}

/** Out: the events of the next answer that a device is shown, with the time of each, by their place in the log. */
function record(device) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('A device was not shown the whole answer')),
      ARRIVES_WITHIN,
    );
    const heard = new Map();
    device.onEvent = (event, time) => {
      heard.set(event.seq, { event, time });
      if (event.event !== 'run.completed') return;
      clearTimeout(timer);
      device.onEvent = () => undefined;
      resolve(heard);
    };
  });
}

function note({ later, delays }, name, heard, first) {
  for (const [seq, { event, time }] of heard) {
    later[name].push((time - first.get(seq).time) / 1000);
    for (const stamp of stampsOf(event.text ?? '')) delays[name].push((time - stamp) / 1000);
  }
}

/** Out: the milliseconds of each message through the same Redis, from one connection to another, and nothing else. */
async function publishBare(url, messages) {
  const channel = `bench-${randomUUID()}`;
  const sender = createClient({ url });
  const receiver = createClient({ url });
  try {
    await Promise.all([sender.connect(), receiver.connect()]);
    const times = [];
    await receiver.subscribe(channel, (message) => times.push((now() - Number(message)) / 1000));
    for (let count = 0; count < messages; count += 1) {
      await sender.publish(channel, String(now()));
      await sleep(PUBLISH_EVERY);
    }
    return times;
  } finally {
    sender.destroy();
    receiver.destroy();
  }
}

function report(bench, { later, delays, redis }) {
  const both = (values) =>
    `p50 ${quantile(values, 0.5).toFixed(2)} ms, p99 ${quantile(values, 0.99).toFixed(2)} ms`;
  bench.log(
    `  later than the asking device  same node ${both(later.same)}; other node ${both(later.other)}; bare Redis ${both(redis)}\n` +
      `  after the model               same node ${both(delays.same)}; other node ${both(delays.other)}`,
  );
}

function claimsOf(rounds) {
  const of = (kind, device, share) => rounds.map((result) => quantile(result[kind][device], share));
  const bare = rounds.map(({ redis }) => quantile(redis, 0.5));
  const shares = { p50: 0.5, p99: 0.99 };
  return [
    ...Object.entries(shares).map(([name, share]) => ({
      id: `cross-node.delay.${name}`,
      text: `model to a device on another node, ${name}, against the same node`,
      unit: 'x',
      values: ratios(of('delays', 'other', share), of('delays', 'same', share)),
    })),
    ...Object.entries(shares).map(([name, share]) => ({
      id: `cross-node.later.${name}`,
      text: `shown later on another node, ${name}`,
      unit: 'ms',
      values: of('later', 'other', share),
      detail: { same: of('later', 'same', share) },
    })),
    {
      id: 'cross-node.redis',
      text: 'shown later on another node, p50, against bare Redis',
      unit: 'x',
      values: ratios(of('later', 'other', 0.5), bare),
      detail: { redis: bare },
    },
  ];
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { now } from '../lib/clock.mjs';
import { RawDevice, SocketDevice } from '../lib/device.mjs';
import { questionOf } from '../lib/load.mjs';
import { startNodes } from '../lib/nodes.mjs';
import { median, ratios } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { newToken } from '../lib/users.mjs';

/** Share of a running answer that is there before it is resumed. */
const MOSTLY = 0.9;
const RESUMES_WITHIN = 30_000;
const TRANSPORTS = ['socket.io', 'raw'];
const TABLE = `CREATE TABLE IF NOT EXISTS baseline_events (
  run_id uuid, seq integer, event jsonb NOT NULL, PRIMARY KEY (run_id, seq))`;

/**
 * Time from asking for a long answer from its beginning until its last event, or, while it runs, until
 * everything is there that was shown elsewhere when it was asked for. On the node that answers and on another one,
 * over both kinds of sockets, against a bare server that sends the same events from a table.
 */
export async function measureResume(bench) {
  const { resumeTokens: tokens, resumeDelay: delay } = bench.sizes;
  const { nodes, stop } = await startNodes(bench, 2, { tokens, delay });
  let bare;
  try {
    bare = await startSubject(bench, 'replay');
    const rounds = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      rounds.push(await resumeOne(bench, nodes, bare));
      report(bench, rounds.at(-1));
    }
    return claimsOf(rounds);
  } finally {
    await bare?.program.stop();
    await stop();
  }
}

/** Out: milliseconds of each resume of one answer: `{ running, finished, bare }`, each by device. */
async function resumeOne({ sizes, database }, nodes, bare) {
  const token = newToken();
  const sessionId = randomUUID();
  const open = [];
  const keep = (device) => open[open.push(device) - 1];
  try {
    const asking = keep(await SocketDevice.connect(nodes[0], token));
    const answer = follow(asking);
    const runId = await asking.ask(sessionId, questionOf(1));
    const devices = await connectAll(nodes, sessionId, token, keep);
    await Promise.race([answer.whole, sleep(MOSTLY * sizes.resumeTokens * sizes.resumeDelay)]);
    const running = await resumeRunning(devices, runId, answer, sizes.resumes);
    const events = await answer.whole;
    await keepEvents(database, events);
    const bareDevices = {
      'socket.io': keep(await SocketDevice.connect(bare, token)),
      raw: keep(await RawDevice.connect(`${bare.url.replace('http', 'ws')}/raw`, token)),
    };
    const all = { ...devices, ...renamed(bareDevices) };
    return { running, finished: await resumeFinished(all, runId, events, sizes.resumes) };
  } finally {
    open.forEach((device) => device.close());
  }
}

const nameOf = (place, transport) => `${place}, ${transport}`;
const renamed = (devices) =>
  Object.fromEntries(TRANSPORTS.map((transport) => [nameOf('bare', transport), devices[transport]]));

async function connectAll([same, other], sessionId, token, keep) {
  const devices = {};
  for (const [place, node] of Object.entries({ same, other })) {
    const address = `${node.url.replace('http', 'ws')}/chat/ws/${sessionId}`;
    devices[nameOf(place, 'socket.io')] = keep(await SocketDevice.connect(node, token));
    devices[nameOf(place, 'raw')] = keep(await RawDevice.connect(address, token));
  }
  return devices;
}

/** What the asking device is shown: its events so far, and all of them once the answer has ended. */
function follow(device) {
  const events = [];
  const whole = new Promise((resolve) => {
    device.onEvent = (event) => {
      events.push(event);
      if (event.event === 'run.completed') resolve(events);
    };
  });
  return { events, whole };
}

/** Each device in turn, until the answer ends or all had enough turns. */
async function resumeRunning(devices, runId, { events }, times) {
  const taken = Object.fromEntries(Object.keys(devices).map((name) => [name, []]));
  for (let turn = 0; turn < times; turn += 1) {
    for (const [name, device] of Object.entries(devices)) {
      const last = events.at(-1);
      if (last.event === 'run.completed') return taken;
      const { ms } = await resume(device, runId, last.seq);
      taken[name].push(ms);
    }
  }
  return taken;
}

async function resumeFinished(devices, runId, events, times) {
  const taken = Object.fromEntries(Object.keys(devices).map((name) => [name, []]));
  for (let turn = 0; turn < times; turn += 1) {
    for (const [name, device] of Object.entries(devices)) {
      const { ms, text } = await resume(device, runId, events.length);
      if (text !== textOf(events)) throw new Error(`The device "${name}" was shown another text`);
      taken[name].push(ms);
    }
  }
  return taken;
}

/** Out: milliseconds until everything from the first event to that of number `last` had come, and its text. */
function resume(device, runId, last) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('An answer was not resumed')), RESUMES_WITHIN);
    const heard = [];
    const begin = now();
    device.onEvent = (event, time) => {
      if (event.seq !== heard.length + 1) return;
      heard.push(event);
      if (event.seq < last) return;
      clearTimeout(timer);
      device.onEvent = () => undefined;
      resolve({ ms: (time - begin) / 1000, text: textOf(heard) });
    };
    Promise.resolve(device.resume(runId)).catch(reject);
  });
}

const textOf = (events) => events.map((event) => event.text ?? '').join('');

/** Gives the bare server the very events that the service sent. */
async function keepEvents({ url }, events) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(TABLE);
  await client.query(
    'INSERT INTO baseline_events SELECT (e ->> $2)::uuid, (e ->> $3)::integer, e FROM jsonb_array_elements($1::jsonb) e',
    [JSON.stringify(events), 'run_id', 'seq'],
  );
  await client.query('ANALYZE baseline_events');
  await client.end();
}

function report(bench, { running, finished }) {
  for (const [name, times] of Object.entries(finished)) {
    const [place, transport] = name.split(', ');
    const mean = (values) => (values?.length ? `${median(values).toFixed(1)} ms` : '-');
    bench.log(
      `  ${place.padEnd(5)} ${transport.padEnd(9)}  finished ${mean(times)}  running ${mean(running[name])}`,
    );
  }
}

function claimsOf(rounds) {
  const bareOf = (transport) => rounds.map(({ finished }) => median(finished[nameOf('bare', transport)]));
  return ['finished', 'running'].flatMap((state) =>
    ['same', 'other'].flatMap((place) =>
      TRANSPORTS.flatMap((transport) => {
        const values = rounds.map((round) => median(round[state][nameOf(place, transport)]));
        const against = ratios(values, bareOf(transport)).filter(Number.isFinite);
        if (against.length === 0) return [];
        return {
          id: `resume.${state}.${place}.${transport}`,
          text: `resume of a ${state} answer, ${place} node, ${transport}, against bare`,
          unit: 'x',
          values: against,
          detail: { ms: median(values), bareMs: median(bareOf(transport)) },
        };
      }),
    ),
  );
}

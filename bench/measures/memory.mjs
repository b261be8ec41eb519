import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { median, ratios } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { connectUsers, inGroups, newToken } from '../lib/users.mjs';

const SETTLE = 500;
/** Sockets that come and go before the measure, so that code and pools are there. */
const WARM_UP = 100;

/** Each kind of socket: the bare server, and how one connects to it and to the service. */
const KINDS = [
  {
    name: 'socket.io',
    baseline: 'idle-socketio',
    open: connectUsers,
    aim: { max: 1.5, stage: 'first' },
  },
  {
    name: 'raw WebSocket',
    baseline: 'idle-ws',
    open: (subject, count) => inGroups(count, () => openRaw(subject)),
    aim: { max: 1.5, stage: 'later' },
  },
];

/** Memory of an idle, authenticated socket, after a full collection, each time in a fresh process. */
export async function measureMemory(bench) {
  const claims = [];
  for (const kind of KINDS) {
    const results = { baseline: [], service: [] };
    for (let round = 0; round < bench.rounds; round += 1) {
      results.baseline.push(await perSocket(bench, kind.baseline, kind.open));
      results.service.push(await perSocket(bench, 'service', kind.open));
    }
    for (const key of ['rss', 'heap']) claims.push(claimOf(kind, key, results));
  }
  return claims;
}

function claimOf(kind, key, results) {
  const of = (side) => results[side].map((result) => result[key]);
  return {
    id: `memory.${kind.baseline}.${key}`,
    text: `memory an idle ${kind.name} socket (${key === 'rss' ? 'resident' : 'heap'}), against ${kind.baseline}`,
    unit: 'x',
    values: ratios(of('service'), of('baseline')),
    aim: kind.aim,
    detail: { service: median(of('service')), baseline: median(of('baseline')) },
  };
}

/** Out: kilobytes a socket. */
async function perSocket(bench, name, open) {
  const count = bench.sizes.sockets;
  const subject = await startSubject(bench, name);
  let clients = [];
  try {
    const early = await open(subject, WARM_UP);
    early.forEach((client) => client.close());
    await sleep(SETTLE);
    const before = await subject.program.memory();
    clients = await open(subject, count);
    await sleep(SETTLE);
    const after = await subject.program.memory();
    const result = {
      rss: (after.rss - before.rss) / count / 1024,
      heap: (after.heap - before.heap) / count / 1024,
    };
    bench.log(
      `  ${name.padEnd(14)} ${count} sockets: ${result.rss.toFixed(1)} kB resident, ${result.heap.toFixed(1)} kB heap a socket` +
        `  (before: ${(before.rss / 2 ** 20).toFixed(0)} MB)`,
    );
    return result;
  } finally {
    clients.forEach((client) => client.close());
    await subject.program.stop();
  }
}

/** A raw WebSocket to the service, which says `system` once the user is in, or to the bare server. */
function openRaw({ name, url }) {
  const base = url.replace('http', 'ws');
  const address = name === 'service' ? `${base}/chat/ws/${randomUUID()}?token=${newToken()}` : base;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { perMessageDeflate: false });
    const client = { close: () => socket.terminate() };
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`The server closed the socket (${code})`)));
    socket.once(name === 'service' ? 'message' : 'open', () => resolve(client));
  });
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../lib/client.mjs';
import { fill } from '../lib/filled.mjs';
import { conversation, questionOf } from '../lib/load.mjs';
import { quantile } from '../lib/statistics.mjs';
import { startSubject } from '../lib/subjects.mjs';
import { watchTables } from '../lib/table-use.mjs';
import { tokenOf } from '../lib/users.mjs';

/** Milliseconds at the median that a page may take, and how many more buffers a send may touch. */
const PAGE = { max: 50, stage: 'first' };
const SEND = { max: 1.1, stage: 'first' };
const NONE = { max: 0, stage: 'first' };
const WARM_UP = 20;
/** Tables that grow with every message; what was written a moment ago is not worth an index. */
const LARGE = ['chat_sessions', 'chat_messages', 'chat_runs', 'chat_search', 'usage_ledger', 'feedback'];

/** Pages that people look at most, by the name of the claim. In: a user of `fill`, and a number that varies it. */
const PAGES = {
  history: ({ sessions }, turn) => `/chat/history/${sessions[turn % sessions.length]}`,
  'longest history': ({ longest }) => `/chat/history/${longest}`,
  'session list': () => '/chat/sessions',
  search: ({ words }, turn) => `/chat/sessions?q=${words[(turn * 7) % words.length]}`,
  'figures of a user': () => '/chat/analytics?scope=user',
  'figures of a tenant': () => '/chat/analytics?scope=tenant',
  'figures of the platform': () => '/chat/analytics?scope=platform',
};

/**
 * Pages and sends of a database with a million messages of 50 tenants: milliseconds of each page at the median, tables
 * that were read whole, and what a send touches beside the same on an empty database.
 */
export async function measureMillion(bench) {
  const nobody = { tenant: randomUUID(), user: randomUUID() };
  const empty = await withService(bench, (subject) => watchSends(bench, subject, nobody));
  const begun = performance.now();
  const person = await fill(bench.databaseUrl, bench.sizes.filled);
  const { messages, sessions } = bench.sizes.filled;
  bench.log(
    `  ${messages} messages in ${sessions} conversations, written in ${Math.round((performance.now() - begun) / 1000)} s`,
  );
  return withService(bench, async (subject) => {
    const full = await watchSends(bench, subject, person);
    return [...claimsOfSends(bench, empty, full), ...(await measurePages(bench, subject, person))];
  });
}

async function withService(bench, work) {
  const subject = await startSubject(bench, 'service');
  try {
    return await work(subject);
  } finally {
    await subject.program.stop();
  }
}

/** Sends of one user, five to a new conversation. Out: what they used, buffers a message without those of a service at rest. */
async function watchSends(bench, subject, person) {
  const token = tokenOf({ ...person, role: 'tenant_admin' });
  const client = await Client.connect({ url: subject.url, path: subject.path, token });
  const nextSession = conversation();
  const ask = async (count) => {
    for (let turn = 0; turn < count; turn += 1) await client.ask(nextSession(), questionOf(turn));
  };
  try {
    await ask(WARM_UP);
    const resting = await watchTables(bench, () => sleep(bench.sizes.filledRest));
    const used = await watchTables(bench, () => ask(bench.sizes.filledSends));
    const atRest = (resting.buffers / resting.ms) * used.ms;
    bench.log(
      `  at rest the service touches ${((resting.buffers / resting.ms) * 1000).toFixed(0)} buffers a second`,
    );
    return { ...used, buffers: (used.buffers - atRest) / bench.sizes.filledSends };
  } finally {
    client.close();
  }
}

function claimsOfSends(bench, empty, full) {
  const onlyIn = (one, other) => one.indexes.filter((name) => !other.indexes.includes(name));
  const others = [...onlyIn(full, empty), ...onlyIn(empty, full)];
  bench.log(
    `  a send: ${empty.buffers.toFixed(0)} buffers of an empty database, ${full.buffers.toFixed(0)} of the full one`,
  );
  bench.log(`  indexes that only the full one used: ${onlyIn(full, empty).join(', ') || 'none'}`);
  bench.log(`  indexes that only the empty one used: ${onlyIn(empty, full).join(', ') || 'none'}`);
  return [
    {
      id: 'million.send.buffers',
      text: 'buffers a send touches, against an empty database',
      unit: 'x',
      values: [full.buffers / empty.buffers],
      aim: SEND,
      detail: { empty: empty.buffers, full: full.buffers },
    },
    {
      id: 'million.send.plans',
      text: 'indexes that sends use in one of the two databases only',
      unit: 'indexes',
      values: [others.length],
      aim: NONE,
      detail: { others },
    },
    readWholeClaim(bench, 'send', 'sends', full),
  ];
}

async function measurePages(bench, subject, person) {
  const claims = [];
  for (const [name, pathOf] of Object.entries(PAGES)) {
    const values = [];
    const used = await watchTables(bench, async () => {
      for (let round = 0; round < bench.rounds; round += 1) {
        values.push(quantile(await timesOf(bench, subject, person, pathOf), 0.5));
      }
    });
    bench.log(
      `  ${name}: ${values.map((value) => value.toFixed(1)).join(', ')} ms at the median; ${used.indexes.join(', ')}`,
    );
    claims.push(
      {
        id: `million.${name}`,
        text: `${name}, at the median`,
        unit: 'ms',
        values,
        aim: PAGE,
        detail: { indexes: used.indexes },
      },
      readWholeClaim(bench, name, name, used),
    );
  }
  return claims;
}

/** Out: milliseconds of each request, one after the other. */
async function timesOf({ sizes }, subject, person, pathOf) {
  const headers = { authorization: `Bearer ${tokenOf({ ...person, role: 'super_admin' })}` };
  const times = [];
  for (let turn = 0; turn < WARM_UP + sizes.filledPages; turn += 1) {
    const begun = performance.now();
    const response = await fetch(`${subject.url}${pathOf(person, turn)}`, { headers });
    const body = await response.text();
    if (!response.ok) throw new Error(`${pathOf(person, turn)} gave ${response.status}: ${body}`);
    if (turn >= WARM_UP) times.push(performance.now() - begun);
  }
  return times;
}

function readWholeClaim(bench, id, text, { readWhole }) {
  const tables = LARGE.filter((name) => readWhole.has(name));
  for (const name of tables) bench.log(`  read whole: ${name}, ${readWhole.get(name)} rows`);
  return {
    id: `million.${id}.whole`,
    text: `${text}: large tables read whole`,
    unit: 'tables',
    values: [tables.length],
    aim: NONE,
    detail: { tables },
  };
}

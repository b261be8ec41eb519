import { setTimeout as sleep } from 'node:timers/promises';
import { conversation, questionOf } from './load.mjs';

/** Answers of 100 tokens, one every 20 ms. */
export const PACED = { tokens: 100, delay: 20 };
const STAMP = /\d+/g;
const SETTLE = 500;
const MIN_TOKENS = 100;
/** Seconds. */
const LONGEST = 20;

/** In: text of paced answers. Out: when the model sent each of its tokens, in microseconds. */
export function stampsOf(text) {
  return (text.match(STAMP) ?? []).map(Number);
}

/**
 * A user who asks without a pause until stopped; the first time after a random part of an answer's length.
 * Out: `{ delays, error, stop }`, the milliseconds that each token took from the model to the user.
 */
export function startUser(client) {
  const user = { delays: [], error: undefined, stop: () => undefined };
  let over = false;
  user.stop = () => {
    over = true;
    client.close();
  };
  const onText = (text, time) => {
    for (const stamp of stampsOf(text)) user.delays.push((time - stamp) / 1000);
  };
  const run = async () => {
    const nextSession = conversation();
    await sleep(Math.random() * PACED.tokens * PACED.delay);
    for (let turn = 1; !over; turn += 1) await client.ask(nextSession(), questionOf(turn), onText);
  };
  run().catch((error) => {
    if (!over) user.error = error;
  });
  return user;
}

/**
 * Watches such users for so many seconds, once all of them ask; longer where few tokens come.
 * Out: the delays of the tokens that came, how many seconds that took, the error of a user who failed, and what
 * server and PostgreSQL spent meanwhile in milliseconds of processor time. Throws where no token comes.
 */
export async function watchUsers({ subject, users, seconds, database }) {
  await sleep(PACED.tokens * PACED.delay + SETTLE);
  for (const user of users) user.delays = [];
  const before = await subject.program.cpu();
  const databaseSpent = database.watchCpu();
  const delays = () => users.flatMap((user) => user.delays);
  const failed = () => users.find((user) => user.error)?.error;
  const begin = performance.now();
  const elapsed = () => (performance.now() - begin) / 1000;
  do await sleep(seconds * 1000);
  while (delays().length < MIN_TOKENS && !failed() && elapsed() < LONGEST);
  const cpu = (await subject.program.cpu()) - before;
  const databaseCpu = databaseSpent();
  const result = { delays: delays(), seconds: elapsed(), error: failed(), cpu, databaseCpu };
  if (result.delays.length === 0 && !result.error) throw new Error(`${subject.name} sent no token`);
  return result;
}

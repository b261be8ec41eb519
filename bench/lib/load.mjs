import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Questions of one conversation; then a new one begins, so that answers with and without history are both counted. */
const TURNS = 5;
/** A window is made longer until it holds so many messages, at most so many milliseconds. */
const MIN_MESSAGES = 20;
const LONGEST = 20_000;
/** What 20 tokens of the model server come to. */
const WHOLE_ANSWER = 10 * 'token0 '.length + 10 * 'token10 '.length;

/** The question of a turn, of about the length that people type. */
export function questionOf(turn) {
  return `Question ${turn}: which of our last campaigns brought the most leads, and what should the next one do better?`;
}

/** Out: a function that gives the session of the next question of one user. */
export function conversation() {
  let session = '';
  let turn = 0;
  return () => {
    if (turn++ % TURNS === 0) session = randomUUID();
    return session;
  };
}

/** The same subjects, beginning with another one each round. */
export function turned(subjects, round) {
  const begin = round % subjects.length;
  return [...subjects.slice(begin), ...subjects.slice(0, begin)];
}

/**
 * Every client asks, waits for the whole answer, and asks again, for so many seconds after a warm-up.
 * Out: messages answered, seconds, and what server and PostgreSQL spent meanwhile in milliseconds of processor time.
 */
export async function runLoad({ subject, clients, seconds, warmUp, database }) {
  let answered = 0;
  let over = false;
  const loops = clients.map(async (client) => {
    const nextSession = conversation();
    for (let turn = 1; !over; turn += 1) {
      const { length } = await client.ask(nextSession(), questionOf(turn));
      if (length !== WHOLE_ANSWER)
        throw new Error(`${subject.name} gave ${length} characters of ${WHOLE_ANSWER}`);
      answered += 1;
    }
  });
  const all = Promise.all(loops);
  const window = measureWindow(() => answered, subject, seconds, warmUp, database);
  window.catch(() => undefined);
  try {
    return await Promise.race([window, all.then(() => window)]);
  } catch (cause) {
    throw new Error(`${subject.name}: ${cause.message}\nIts own output ends so:\n${subject.program.output}`, {
      cause,
    });
  } finally {
    over = true;
    await all.catch(() => undefined);
  }
}

async function measureWindow(answered, subject, seconds, warmUp, database) {
  const read = async () => ({
    cpu: await subject.program.cpu(),
    answered: answered(),
    time: performance.now(),
  });
  await sleep(warmUp * 1000);
  const from = await read();
  const databaseSpent = database.watchCpu();
  const enough = () => answered() - from.answered >= MIN_MESSAGES || performance.now() - from.time > LONGEST;
  do await sleep(seconds * 1000);
  while (!enough());
  const to = await read();
  const inDatabase = databaseSpent();
  const messages = to.answered - from.answered;
  const elapsed = (to.time - from.time) / 1000;
  if (messages === 0) throw new Error(`${subject.name} answered nothing within ${seconds} s`);
  return {
    messages,
    perSecond: messages / elapsed,
    cpuPerMessage: (to.cpu - from.cpu) / messages,
    busy: (to.cpu - from.cpu) / (elapsed * 1000),
    databasePerMessage: inDatabase === undefined ? undefined : inDatabase / messages,
  };
}

import { answerOf, type Nonce, questionOf, tokensOf } from '../model/nonce.js';
import type { Entry, Fact, GotEvent, Spot } from '../record/entries.js';
import type { LogRow, MessageRow, Rows, RunRow, StepRow } from '../record/rows.js';

/** A record and rows that a test may spoil. */
export interface Round {
  entries: Entry[];
  rows: {
    messages: Writable<MessageRow>[];
    runs: Writable<RunRow>[];
    log: Writable<LogRow>[];
    steps: Writable<StepRow>[];
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export const FIRST: Nonce = { id: 'first', tokens: 6, paceMs: 0 };
export const SECOND: Nonce = { id: 'second', tokens: 4, paceMs: 0 };
export const spot: Spot = { client: 'ann', connection: 1, node: 0, transport: 'socketio', session: 's' };
const other: Spot = { ...spot, client: 'phone', node: 1 };

/**
 * A small round as a sound service would leave it: two questions of one session, sent twice each; the first answer
 * loses its node after two tokens and is made again, and its reader is cut and resumes in the middle.
 */
export function soundRound(): Round {
  const round: Round = { entries: [], rows: { messages: [], runs: [], log: [], steps: [] } };
  addQuestion(round, FIRST, 1, { epochs: [2, 6], from: 100 });
  addQuestion(round, SECOND, 3, { epochs: [4], from: 200 });
  const add = adder(round);
  add({ kind: 'takeover', run: 'run-first', epoch: 1, seq: 3, ms: 9000 });
  add({ kind: 'drain', node: 2, ms: 1200, code: 0 });
  add({ kind: 'calls', nonce: 'first', count: 2 });
  add({ kind: 'calls', nonce: 'second', count: 1 });
  const messages = round.rows.messages.map(({ id, type, position, content }) => ({
    id,
    type,
    position,
    content,
  }));
  add({ kind: 'history', node: 1, session: 's', messages });
  cutAndResume(round);
  addStep(round);
  return round;
}

/** The second answer waited for a person, who agreed, and changed something. */
function addStep(round: Round): void {
  const add = adder(round);
  const decider = { ...spot, client: 'decider', transport: 'rest' } as const;
  add({ ...decider, kind: 'invoke', op: 998, action: 'decide', run: 'run-second' });
  add({ kind: 'ok', op: 998, state: 'approved' });
  add({ kind: 'changed', run: 'run-second', step: 's1' });
  round.rows.steps.push({ run: 'run-second', step: 's1', state: 'done' });
}

/** The rows as the checker takes them. */
export function rowsOf(round: Round): Rows {
  return round.rows;
}

function adder(round: Round): (fact: Fact) => void {
  return (fact) => void round.entries.push({ ...fact, at: round.entries.length });
}

function addQuestion(
  round: Round,
  nonce: Nonce,
  position: number,
  { epochs, from }: { epochs: readonly number[]; from: number },
): void {
  const add = adder(round);
  const [run, question, answer] = [`run-${nonce.id}`, `question-${nonce.id}`, `answer-${nonce.id}`];
  const send = { action: 'send', key: `key-${nonce.id}`, content: questionOf(nonce) } as const;
  const op = round.entries.length + 1;
  add({ ...spot, ...send, kind: 'invoke', op });
  add({ ...other, ...send, kind: 'invoke', op: op + 1 });
  add({ kind: 'ok', op, run, message: question, position });
  add({ kind: 'unknown', op: op + 1 });
  add({ ...other, kind: 'created', message: question, position, run });
  epochs.forEach((tokens, index) => {
    const whole = tokens === nonce.tokens;
    for (const row of logOf(run, answer, nonce, { epoch: index + 1, tokens, whole })) {
      round.rows.log.push(row);
      add({ ...spot, kind: 'event', got: toGot(row) });
    }
  });
  const shared = { session: 's', inReplyTo: null, key: null };
  round.rows.messages.push(
    {
      ...shared,
      id: question,
      position,
      type: 'user',
      state: 'complete',
      content: send.content,
      key: send.key,
    },
    {
      ...shared,
      id: answer,
      position: position + 1,
      type: 'assistant',
      state: 'complete',
      content: answerOf(nonce),
      inReplyTo: question,
    },
  );
  const times = { created: from, started: from, ended: from + 50, stopped: null };
  const epoch = epochs.length;
  round.rows.runs.push({
    id: run,
    session: 's',
    question,
    answer,
    position: position + 1,
    state: 'completed',
    epoch,
    attempts: epoch,
    ...times,
  });
}

function logOf(
  run: string,
  answer: string,
  nonce: Nonce,
  { epoch, tokens, whole }: { epoch: number; tokens: number; whole: boolean },
): LogRow[] {
  const events = [
    ...(epoch > 1 ? [{ event: 'reset' }] : []),
    { event: 'run.started' },
    ...tokensOf(nonce)
      .slice(0, tokens)
      .map((text) => ({ event: 'text.delta', text })),
    ...(whole ? [{ event: 'run.completed', message: { id: answer, content: answerOf(nonce) } }] : []),
  ];
  return events.map((event, index) => ({ run, epoch, seq: index + 1, event }));
}

export function toGot({ run, epoch, seq, event }: LogRow): GotEvent {
  return { ...event, run, epoch, seq };
}

/** From event 5 of the second epoch on, what `ann` got came over another connection, which asked for it. */
function cutAndResume(round: Round): void {
  const isLater = (entry: Entry): boolean =>
    entry.kind === 'event' && entry.got.run === 'run-first' && entry.got.epoch === 2 && entry.got.seq >= 5;
  const later = { ...spot, connection: 2, node: 1 };
  const at = round.entries.findIndex(isLater);
  round.entries = round.entries.map((entry) => (isLater(entry) ? { ...entry, ...later } : entry));
  const from = { epoch: 2, seq: 4 };
  round.entries.splice(at, 0, {
    ...later,
    kind: 'invoke',
    op: 999,
    action: 'resume',
    run: 'run-first',
    from,
    at,
  });
}

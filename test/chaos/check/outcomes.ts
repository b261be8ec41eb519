import { answerOf, nonceIn } from '../model/nonce.js';
import { isFinal } from '../clients/reader.js';
import type { LogRow, MessageRow, RunRow } from '../record/rows.js';
import { type Facts, groupBy, type Violation } from './facts.js';

const TERMINAL = new Set(['completed', 'failed', 'cancelled', 'interrupted']);
/** States of the answer's row that fit the state of the run that wrote it last. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  completed: ['complete'],
  failed: ['failed'],
  interrupted: ['failed'],
  cancelled: ['partial', 'dropped'],
};

/** G3: one terminal state, one final event and at most one committed answer a run; at most one answer a question. */
export function checkOutcomes(facts: Facts): Violation[] {
  return [...facts.rows.runs.flatMap((run) => checkRun(facts, run)), ...checkAnswers(facts)];
}

function checkRun(facts: Facts, run: RunRow): Violation[] {
  const found = (name: string, detail: string, promise = 'G3'): Violation => ({
    promise,
    name,
    detail: `${run.id}: ${detail}`,
  });
  if (!TERMINAL.has(run.state))
    return [found('run without end', `state ${run.state}, epoch ${run.epoch}`, 'G7')];
  const violations: Violation[] = [];
  const log = facts.log.get(run.id) ?? [];
  const finals = log.filter(({ event }) => isFinal(event.event));
  if (finals.length !== 1)
    violations.push(found('final events', `${finals.length} in the log, state ${run.state}`));
  for (const final of finals) {
    if (final !== log.at(-1))
      violations.push(found('events after the final one', `epoch ${final.epoch}, seq ${final.seq}`));
    if (final.event.event !== `run.${run.state}`)
      violations.push(found('other final event', `${final.event.event}, state ${run.state}`));
  }
  const answer = facts.messages.get(run.answer);
  const writer = lastOf(facts, run);
  if (!answer) violations.push(found('answer missing', run.answer));
  else if (writer === run && !FITTING[run.state]?.includes(answer.state)) {
    violations.push(found('answer in another state', `run ${run.state}, answer ${answer.state}`));
  }
  if (run.ended !== null && run.started !== null && run.ended - run.started > facts.limits.runMs) {
    violations.push(found('run too long', `${Math.round(run.ended - run.started)} ms`, 'G7'));
  }
  return violations;
}

/** A retry may write its answer into the same row; the last run of it counts. */
function lastOf(facts: Facts, run: RunRow): RunRow | undefined {
  const runs = facts.runsByQuestion.get(run.question) ?? [];
  return runs
    .filter((other) => other.answer === run.answer)
    .toSorted((a, b) => a.created - b.created)
    .at(-1);
}

function checkAnswers(facts: Facts): Violation[] {
  const violations: Violation[] = [];
  const complete = facts.rows.messages.filter(
    ({ state, inReplyTo }) => state === 'complete' && inReplyTo !== null,
  );
  for (const [question, answers] of groupBy(complete, (message) => message.inReplyTo)) {
    if (answers.length > 1)
      violations.push({ promise: 'G3', name: 'two answers', detail: `${question} has ${answers.length}` });
  }
  for (const [question, runs] of facts.runsByQuestion) {
    const completed = runs.filter(({ state }) => state === 'completed');
    if (completed.length > 1)
      violations.push({
        promise: 'G3',
        name: 'two answers',
        detail: `${question}: ${completed.length} runs completed`,
      });
  }
  return violations;
}

/** What is stored and logged is what the model says to this question, whole or up to somewhere (G3, G6). */
export function checkContent(facts: Facts): Violation[] {
  return facts.rows.runs.flatMap((run) => {
    const question = facts.messages.get(run.question);
    const nonce = question && nonceIn(question.content);
    if (!nonce) return [];
    const whole = answerOf(nonce);
    return [
      ...checkStored(run, facts.messages.get(run.answer), whole),
      ...checkLogged(run, facts.log.get(run.id) ?? [], whole),
    ];
  });
}

function checkStored(run: RunRow, answer: MessageRow | undefined, whole: string): Violation[] {
  if (!answer) return [];
  const wrong = (name: string): Violation[] => [
    { promise: 'G3', name, detail: `${run.id}: ${answer.content.slice(0, 60)}` },
  ];
  if (answer.state === 'complete' && answer.content !== whole)
    return wrong('another answer than the model gave');
  if (answer.state === 'partial' && !whole.startsWith(answer.content))
    return wrong('partial answer is no prefix');
  return [];
}

function checkLogged(run: RunRow, log: readonly LogRow[], whole: string): Violation[] {
  const violations: Violation[] = [];
  for (const [epoch, rows] of groupBy(log, (row) => String(row.epoch))) {
    const at = `${run.id}, epoch ${epoch}`;
    if (rows.some((row, index) => row.seq !== index + 1))
      violations.push({ promise: 'G6', name: 'gap in the log', detail: at });
    const begins = rows[0]?.event.event;
    if (Number(epoch) > 1 && begins !== 'reset')
      violations.push({ promise: 'G6', name: 'epoch without reset', detail: at });
    if (Number(epoch) > run.epoch)
      violations.push({ promise: 'G8', name: 'epoch of the future', detail: at });
    const text = rows.map(({ event }) => (event.event === 'text.delta' ? event.text : '')).join('');
    if (!whole.startsWith(text))
      violations.push({ promise: 'G6', name: 'logged text is no prefix', detail: at });
    const final = rows.at(-1)?.event;
    if (final?.event === 'run.completed' && (text !== final.message?.content || text !== whole)) {
      violations.push({ promise: 'G6', name: 'logged text is not the answer', detail: at });
    }
  }
  return violations;
}

/**
 * An agent for questions that begin with "Ask me first": it answers like the others, but asks a person in the middle,
 * and changes something once that is agreed to. What it changes stands in the file CHAOS_EFFECTS.
 */
import { appendFileSync } from 'node:fs';
import { AgentRunner } from '../../../dist/server/agents/agent-runner.service.js';

const BEGINNING = 'Ask me first';
const STEP = 's1';
/** Characters that are shown before a person is asked. */
const SHOWN_FIRST = 20;

/** What cannot be taken back, and outlives the process at once. */
export class Effects {
  async make(runId, step) {
    appendFileSync(process.env.CHAOS_EFFECTS, `${runId} ${step}\n`);
  }
}

const effects = new Effects();
const original = AgentRunner.prototype.answer;

/** The answer up to the question whether to go on. */
async function* begin(runner, turn, signal) {
  let shown = 0;
  for await (const event of original.call(runner, turn, signal)) {
    yield event;
    shown += event.type === 'delta' ? event.text.length : 0;
    if (shown >= SHOWN_FIRST) break;
  }
  const request = { approvalId: `of ${turn.runId}`, step: STEP, tool: 'change', arguments: { a: 1 } };
  yield { type: 'approval', request };
}

async function change({ runId, decision, steps }) {
  const { step, tool, arguments: args } = decision;
  const { state } = await steps.begin(step, { tool, arguments: args });
  if (state !== 'begun') return;
  await effects.make(runId, step);
  await steps.end(step, { ok: true, result: null });
}

/** The rest of the answer, which is the same each time it is made. */
async function* goOn(runner, turn, signal) {
  if (turn.decision.state === 'approved') await change(turn);
  const { text, parts } = turn.shown;
  let skip = text.length;
  const anew = { ...turn, decision: undefined, shown: undefined };
  for await (const event of original.call(runner, anew, signal)) {
    if (event.type === 'delta') {
      const rest = event.text.slice(skip);
      skip = Math.max(0, skip - event.text.length);
      if (rest) yield { type: 'delta', text: rest };
    } else if (event.type === 'answer') {
      yield { ...event, answer: { ...event.answer, parts: [...parts, ...event.answer.parts] } };
    } else yield event;
  }
}

AgentRunner.prototype.answer = function answer(turn, signal) {
  if (!turn.question.content.startsWith(BEGINNING)) return original.call(this, turn, signal);
  return turn.decision ? goOn(this, turn, signal) : begin(this, turn, signal);
};

/**
 * Starts the built service with agents that ask a person before they change something. The parent is told of every
 * change (`{ changed: runId }`); what comes after it never comes where ASKING_HANGS is set.
 */
import { AgentRunner } from '../../dist/server/agents/agent-runner.service.js';

const SAID = { begun: 'It is done.', done: 'It was done before.', unknown: 'It may be done.' };

async function goOn({ runId, decision, steps }) {
  const { step, tool, arguments: args } = decision;
  const begun = await steps.begin(step, { tool, arguments: args });
  if (begun.state === 'begun') {
    process.send({ changed: runId });
    if (process.env.ASKING_HANGS) await new Promise(() => undefined);
    await steps.end(step, { ok: true, result: null });
  }
  return SAID[begun.state];
}

AgentRunner.prototype.answer = async function* answer(turn) {
  const names = { agentName: 'asking', assistantName: 'Asking' };
  yield { type: 'started', ...names };
  if (!turn.decision) {
    yield { type: 'delta', text: 'I would do it. ' };
    const request = { approvalId: `of ${turn.runId}`, step: 's1', tool: 'change', arguments: { a: 1 } };
    yield { type: 'approval', request };
    return;
  }
  const text = await goOn(turn);
  yield { type: 'delta', text };
  const none = { confidence: null, suggestedActions: [], model: null, usage: null, sources: [], notes: {} };
  const { shown } = turn;
  const answer = { ...none, ...names, engine: 'local', content: shown.text + text, parts: shown.parts };
  yield { type: 'answer', answer };
};

await import('../../dist/server/main.js');

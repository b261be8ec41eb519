import { nonceIn } from '../model/nonce.js';
import { type Facts, groupBy, type Operation, type Violation } from './facts.js';

/** G1, G11: what was acknowledged is stored, as it was sent. */
export function checkAcknowledged(facts: Facts): Violation[] {
  return sends(facts).flatMap(({ invoked, ended }): Violation[] => {
    if (ended?.kind !== 'ok') return [];
    const [stored] = facts.messagesByKey.get(invoked.key ?? '') ?? [];
    const run = facts.runs.get(ended.run ?? '');
    const lost = (detail: string): Violation[] => [
      { promise: 'G1', name: 'lost', detail: `${invoked.key}: ${detail}` },
    ];
    if (!stored) return lost('acknowledged, not stored');
    if (stored.content !== invoked.content) return lost('stored with another content');
    if (stored.session !== invoked.session) return lost('stored in another session');
    if (!run) return lost(`acknowledged with the run ${ended.run}, which does not exist`);
    if (run.question !== stored.id) return lost('acknowledged with the run of another question');
    return [];
  });
}

/** G2: one message and one run for a client_message_id, and the same ones in every acknowledgement. */
export function checkDuplicates(facts: Facts): Violation[] {
  const violations: Violation[] = [];
  const duplicated = (detail: string): void =>
    void violations.push({ promise: 'G2', name: 'duplicated', detail });
  for (const [key, messages] of facts.messagesByKey) {
    if (messages.length > 1) duplicated(`${key} is stored ${messages.length} times`);
  }
  for (const [key, sent] of groupBy(sends(facts), ({ invoked }) => invoked.key)) {
    for (const field of ['run', 'message', 'position'] as const) {
      const told = new Set(sent.map(({ ended }) => (ended?.kind === 'ok' ? ended[field] : undefined)));
      told.delete(undefined);
      if (told.size > 1) duplicated(`${key} was acknowledged with ${told.size} values of ${field}`);
    }
    if (sent.every(({ ended }) => ended?.kind === 'fail') && facts.messagesByKey.has(key)) {
      violations.push({ promise: 'G2', name: 'refused but stored', detail: key });
    }
  }
  return [...violations, ...tooManyRuns(facts)];
}

/** A question has one run, and one more for each retry that was asked for. */
function tooManyRuns(facts: Facts): Violation[] {
  const retries = groupBy(
    facts.operations.filter(({ invoked, ended }) => invoked.action === 'retry' && ended?.kind !== 'fail'),
    ({ invoked }) => facts.runs.get(invoked.run ?? '')?.question,
  );
  return [...facts.runsByQuestion].flatMap(([question, runs]): Violation[] => {
    const asked = 1 + (retries.get(question)?.length ?? 0);
    if (runs.length <= asked) return [];
    return [
      {
        promise: 'G2',
        name: 'duplicated',
        detail: `${question} has ${runs.length} runs, ${asked} were asked for`,
      },
    ];
  });
}

/** The model is asked once an epoch, and once more where it failed before its first token (G2, G14). */
export function checkModelCalls(facts: Facts): Violation[] {
  return facts.rows.messages.flatMap((message): Violation[] => {
    const nonce = message.type === 'user' ? nonceIn(message.content) : undefined;
    if (!nonce) return [];
    const epochs = (facts.runsByQuestion.get(message.id) ?? []).reduce((sum, run) => sum + run.epoch, 0);
    const calls = facts.calls.get(nonce.id) ?? 0;
    if (calls <= 2 * epochs) return [];
    return [
      {
        promise: 'G2',
        name: 'model asked too often',
        detail: `${nonce.id}: ${calls} calls in ${epochs} epochs`,
      },
    ];
  });
}

function sends(facts: Facts): Operation[] {
  return facts.operations.filter(({ invoked }) => invoked.action === 'send');
}

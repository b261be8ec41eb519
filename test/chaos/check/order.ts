import type { Created } from '../record/entries.js';
import type { MessageRow, RunRow } from '../record/rows.js';
import { type Facts, groupBy, type Violation } from './facts.js';

/** G4: one order a session: in the database, in history on every node, on every socket, and in time. */
export function checkOrder(facts: Facts): Violation[] {
  return [
    ...checkPositions(facts),
    ...checkAcknowledgements(facts),
    ...checkHistories(facts),
    ...checkTurns(facts),
  ];
}

const found = (name: string, detail: string): Violation => ({ promise: 'G4', name, detail });

function checkPositions(facts: Facts): Violation[] {
  return [...groupBy(facts.rows.messages, ({ session }) => session)].flatMap(([session, messages]) =>
    new Set(messages.map(({ position }) => position)).size === messages.length
      ? []
      : [found('out of order', `${session} has a position twice`)],
  );
}

/** Every position that anybody was told is the stored one; who sent after an acknowledgement comes after it. */
function checkAcknowledgements(facts: Facts): Violation[] {
  const violations: Violation[] = [];
  const stored = (id: string | undefined): MessageRow | undefined => facts.messages.get(id ?? '');
  const told: Pick<Created, 'message' | 'position'>[] = [
    ...facts.created,
    ...facts.operations.flatMap(({ ended }) =>
      ended?.message ? [{ message: ended.message, position: ended.position }] : [],
    ),
  ];
  for (const { message, position } of told) {
    if (!stored(message))
      violations.push({
        promise: 'G1',
        name: 'lost',
        detail: `${message} was told to a client and is not stored`,
      });
    else if (position !== undefined && stored(message)?.position !== position) {
      violations.push(
        found('out of order', `${message} was told at ${position}, stored at ${stored(message)?.position}`),
      );
    }
  }
  const sends = facts.operations.filter(({ invoked }) => invoked.action === 'send');
  for (const [session, sent] of groupBy(sends, ({ invoked }) => invoked.session)) {
    const placed = sent.flatMap(({ invoked, ended }) => {
      const [row] = facts.messagesByKey.get(invoked.key ?? '') ?? [];
      return row ? [{ row, begun: invoked.at, done: ended?.kind === 'ok' ? ended.at : Infinity }] : [];
    });
    const firstSent = new Map<string, number>();
    for (const { row, begun } of placed)
      firstSent.set(row.id, Math.min(begun, firstSent.get(row.id) ?? Infinity));
    for (const earlier of placed) {
      for (const later of placed) {
        const begun = firstSent.get(later.row.id) ?? 0;
        if (earlier.done < begun && earlier.row.position > later.row.position) {
          violations.push(
            found(
              'out of order',
              `${session}: ${later.row.id} was sent after ${earlier.row.id} and comes before it`,
            ),
          );
        }
      }
    }
  }
  return violations;
}

/** History shows, on every node, what is stored, in its order. */
function checkHistories(facts: Facts): Violation[] {
  const stored = groupBy(facts.rows.messages, ({ session }) => session);
  return facts.histories.flatMap(({ session, node, messages }): Violation[] => {
    const visible = (stored.get(session) ?? []).filter(({ state }) =>
      ['complete', 'partial', 'failed'].includes(state),
    );
    const read = new Map(messages.map((message) => [message.id, message]));
    const at = `${session} on node ${node}`;
    if (messages.some(({ position }, index) => position <= (messages[index - 1]?.position ?? 0)))
      return [found('out of order', `history of ${at}`)];
    for (const message of messages) {
      const row = facts.messages.get(message.id);
      if (row?.content !== message.content || row.position !== message.position)
        return [found('history differs', `${at}: ${message.id}`)];
    }
    const missing = visible.find(({ id, type }) => type === 'user' && !read.has(id));
    return missing
      ? [{ promise: 'G1', name: 'lost', detail: `${missing.id} is not in the history of ${at}` }]
      : [];
  });
}

/** The runs of a session take turns in the order of their questions; a retry takes its turn when it is asked for. */
function checkTurns(facts: Facts): Violation[] {
  const violations: Violation[] = [];
  for (const [session, runs] of groupBy(facts.rows.runs, (run) => run.session)) {
    const worked = runs
      .filter(
        (run): run is RunRow & { started: number; ended: number } =>
          run.started !== null && run.ended !== null,
      )
      .toSorted((a, b) => a.started - b.started);
    worked.forEach((run, index) => {
      const before = worked[index - 1];
      if (before && before.ended > run.started)
        violations.push(found('two runs at once', `${session}: ${before.id}, ${run.id}`));
      const jumped = worked
        .slice(0, index)
        .find(
          (other) => other.position > run.position && other.created > run.created && !isRetry(facts, run),
        );
      if (jumped)
        violations.push(found('out of order', `${session}: ${jumped.id} was answered before ${run.id}`));
    });
  }
  return violations;
}

function isRetry(facts: Facts, run: RunRow): boolean {
  const runs = facts.runsByQuestion.get(run.question) ?? [];
  return runs.some(({ created }) => created < run.created);
}

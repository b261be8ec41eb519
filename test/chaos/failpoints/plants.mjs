/** Bugs that the checker must find, put into the classes of the built service. */
import { ChatRepository } from '../../../dist/server/chat/chat.repository.js';
import { RunLog } from '../../../dist/server/runs/run-log.js';
import { RunsRepository } from '../../../dist/server/runs/runs.repository.js';

const LATER = 2_000;

function wrap(of, method, make) {
  const original = of.prototype[method];
  if (typeof original !== 'function')
    throw new Error(`${of.name}.${method} is gone; see test/chaos/failpoints`);
  of.prototype[method] = make(original);
}

const PLANTS = {
  /** A question is acknowledged at once and stored a little later. */
  'ack before commit': () =>
    wrap(
      ChatRepository,
      'accept',
      (original) =>
        async function early(principal, input) {
          setTimeout(() => original.call(this, principal, input).catch(() => undefined), LATER);
          return {
            outcome: 'new',
            session_id: input.sessionId,
            run_id: input.runId,
            question_id: input.questionId,
            answer_id: input.answerId,
            question_position: 1,
            asked_at: new Date(),
            parent_id: null,
            length: 1,
          };
        },
    ),
  /** Events are shown when they are given to the log, and are written a little later. */
  'shown before logged': () => {
    wrap(
      RunLog,
      'take',
      (original) =>
        function showing() {
          const entries = original.call(this);
          if (entries.length > 0) this.show(entries);
          return entries;
        },
    );
    wrap(
      RunsRepository,
      'append',
      (original) =>
        async function late(entries) {
          await new Promise((done) => setTimeout(done, LATER));
          return original.call(this, entries);
        },
    );
  },
  /** A run ends without its final event. */
  'final event dropped': () =>
    wrap(
      ChatRepository,
      'end',
      (original) =>
        function silent(input) {
          return original.call(this, { ...input, events: input.events.slice(0, -1) });
        },
    ),
  /** A resume goes on one event too late. */
  'resume off by one': () =>
    wrap(
      RunsRepository,
      'eventsAfter',
      (original) =>
        function off(owner, runId, after) {
          return original.call(this, owner, runId, { ...after, seq: after.seq + (after.seq > 0 ? 1 : 0) });
        },
    ),
};

/** Plants one bug by its name. */
export function plant(name) {
  const put = PLANTS[name];
  if (!put) throw new Error(`There is no bug called "${name}" to plant`);
  put();
}

import { eventsOf, readAnswer } from '../answer/crew-answer.js';
import type { CrewEvent } from '../crew.contract.js';
import { badAnswer, CrewError, failed, interrupted, stoppedElsewhere, whileWorking } from '../crew.errors.js';
import { readStatus } from './amp-status.js';

/** Answers in a row that may be unreadable, or know nothing of the work: deployments learn of it with a delay. */
const PATIENCE = 5;

export interface WatchTerms {
  /** Milliseconds without a readable answer after which the crew counts as lost. */
  readonly silence: number;
  /** The agent, as the source of its tables. */
  readonly source: string;
  /** Answers that may still say that a person is awaited, right after one decided. */
  readonly grace: number;
}

export interface Seen {
  readonly events: readonly CrewEvent[];
  /** True after the last answer that matters: whatever the crew says later is not heard. */
  readonly over: boolean;
}

const NOTHING: Seen = { events: [], over: false };

/** Makes events of what a deployed crew says of its work, poll by poll. */
export class AmpWatch {
  private lastSign = performance.now();
  private strange = 0;
  private grace: number;
  private shown: string | undefined;

  constructor(private readonly terms: WatchTerms) {
    this.grace = terms.grace;
  }

  /** In: an answer, and the task that waits for a person as far as it is known. Throws CrewError. */
  take(answer: unknown, knownTask: string | undefined): Seen {
    const status = readStatus(answer);
    if (!status || status.phase === 'missing') return this.wonder(status === undefined);
    this.lastSign = performance.now();
    this.strange = 0;
    switch (status.phase) {
      case 'running':
        this.grace = 0;
        return this.progress(status.progress);
      case 'waiting': {
        if (this.grace-- > 0) return NOTHING;
        const ids = [status.taskId ?? knownTask].filter((id) => id !== undefined);
        return { events: [{ type: 'needs_human', question: { ids, text: status.text } }], over: true };
      }
      case 'done':
        return { events: [...eventsOf(readAnswer(status.output, this.terms.source), 'amp')], over: true };
      case 'failed':
        throw failed();
      case 'stopped':
        throw stoppedElsewhere();
    }
  }

  /** In: why there was no answer. Throws it where it will not pass, or has not passed for too long. */
  miss(error: unknown): Seen {
    const silent = performance.now() - this.lastSign > this.terms.silence;
    if (!(error instanceof CrewError) || !error.retriable) throw whileWorking(error);
    if (silent) throw interrupted(error);
    return NOTHING;
  }

  private progress(text: string | undefined): Seen {
    if (text === undefined || text === this.shown) return NOTHING;
    this.shown = text;
    return { events: [{ type: 'progress', text }], over: false };
  }

  private wonder(unreadable: boolean): Seen {
    this.strange += 1;
    if (this.strange < PATIENCE) return NOTHING;
    throw unreadable
      ? badAnswer('The crew tells its state in a form that could not be read.')
      : interrupted();
  }
}

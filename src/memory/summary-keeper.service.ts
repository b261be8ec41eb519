import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Background } from '../common/background.js';
import { compositeKey } from '../common/ids.js';
import { ChatConfig } from '../config/config.js';
import type { AnsweredTurn, ContextTrace, MemoryLimits } from './memory.contract.js';
import { ModelGauge } from './model-gauge.service.js';
import { type LiveMessage, SummariesRepository } from './summaries.repository.js';
import { StoredSummary, type Summary } from './summary.contract.js';
import { SummaryWriter } from './summary-writer.service.js';
import { newestTurns, turnsOf } from './turns.js';

/** Part of an assistant's tokens that turns may take before the older ones are summarised, and what is left whole then. */
const FULL = 0.4;
const LEFT = 0.5;
/** Messages that are summarised in one step. */
const STEP = 40;

/** An answer that was given: where it stands, what it was given, and what its assistant may be given. */
export interface Answered extends AnsweredTurn {
  readonly position: number;
  readonly given: ContextTrace | undefined;
  readonly limits: MemoryLimits;
}

/**
 * Summarises, in the background after an answer, what the next one would not be shown. Nothing waits for it, and what is
 * lost with a process is made after the next answer.
 */
@Injectable()
export class SummaryKeeper implements BeforeApplicationShutdown {
  private readonly logger = new Logger(SummaryKeeper.name);
  private readonly background = new Background<Answered>(
    { atOnce: 2, waiting: 500 },
    (answered, signal) => this.summarise(answered, signal),
    ({ runId }, error) =>
      this.logger.warn(
        { run_id: runId, err: error },
        'a conversation was not summarised; the next answer makes it good',
      ),
  );

  constructor(
    private readonly summaries: SummariesRepository,
    private readonly writer: SummaryWriter,
    private readonly gauge: ModelGauge,
    private readonly config: ChatConfig,
  ) {}

  /** Returns at once. A conversation that is short costs nothing, not even a look. */
  consider(answered: Answered): void {
    if (!this.config.summaries || !this.mayBeFull(answered)) return;
    this.background.add(compositeKey(answered.tenantId, answered.userId, answered.sessionId), answered);
  }

  /** Before the database is gone. */
  beforeApplicationShutdown(): Promise<void> {
    return this.background.close();
  }

  private mayBeFull({ position, given, limits }: Answered): boolean {
    return given?.left_out?.turns !== undefined || position > this.room(limits);
  }

  /** Messages that the next answer is shown at most. */
  private room({ maxMessages }: MemoryLimits): number {
    return Math.min(maxMessages, this.config.maxHistory) - 1;
  }

  private async summarise(answered: Answered, signal: AbortSignal): Promise<void> {
    for (let more = true; more && !signal.aborted;) {
      const live = await this.summaries.findLive(answered);
      const due = live ? await this.due(live.messages, answered) : [];
      const step = firstTurns(due);
      const last = step.at(-1);
      if (!live || !last) return;
      const kept = StoredSummary.safeParse(live.kept).data;
      const { summary, usage } = await this.writer.write(kept && plain(kept), step, signal);
      const reach = { message_id: last.id, place: last.place };
      const isKept = await this.summaries.keep(answered, live.before, { ...summary, ...reach }, usage);
      more = isKept && due.length > step.length;
    }
  }

  /** The messages that are to be summarised: none while the next answer has space for all of them, else the older ones. */
  private async due(
    messages: readonly LiveMessage[],
    { limits, given }: Answered,
  ): Promise<readonly LiveMessage[]> {
    const turns = turnsOf(messages);
    const count = (texts: readonly string[], enough: number): Promise<number> =>
      this.gauge.count(texts, enough);
    const room = { messages: this.room(limits), tokens: Math.floor(limits.maxTokens * FULL) };
    const all = await newestTurns(turns, room, count);
    if (all.turns.length === turns.length && !given?.left_out?.turns) return [];
    const half = { messages: Math.floor(room.messages * LEFT), tokens: Math.floor(room.tokens * LEFT) };
    const left = await newestTurns(turns, half, count);
    const first = turns.at(-Math.max(left.turns.length, 1))?.[0];
    return messages.filter(({ place }) => first !== undefined && place < first.place);
  }
}

/** The first messages, up to the end of a turn where one ends among them. */
function firstTurns(messages: readonly LiveMessage[]): readonly LiveMessage[] {
  const ends = messages
    .slice(0, STEP)
    .findLastIndex((_, index) => (messages[index + 1]?.role ?? 'user') === 'user');
  return messages.slice(0, ends < 0 ? STEP : ends + 1);
}

function plain({ summary, key_topics, action_items, sentiment }: StoredSummary): Summary {
  return { summary, key_topics, action_items, sentiment };
}

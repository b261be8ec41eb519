import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { ConversationsService } from '../conversations/conversations.service.js';
import type { Message } from '../conversations/message.contract.js';
import { LOG_GONE } from '../runs/run-follower.js';
import { isFinal, type RunEvent, type RunPosition, type SessionRef } from '../runs/runs.contract.js';
import { RunsService } from '../runs/runs.service.js';
import { type Decision, RunApprovals } from '../runs/steps/approvals.service.js';
import type { DecisionState } from '../runs/steps/steps.contract.js';

/** Milliseconds that a stopper waits for the run's end. */
const STOP_WAIT_MS = 2_000;

export const FROM_START: RunPosition = Object.freeze({ epoch: 0, seq: 0 });

/** Said where continuity cannot be proved: the message as it is. Not part of the log. */
export type ResyncEvent = RunPosition & {
  event: 'resync';
  reason: string;
  message: Message | null;
  session_id: string;
  run_id: string;
};

export type WatchedEvent = RunEvent | ResyncEvent;

/** Watching answers, the same for every transport. Leaving stops the watching, never the run. */
@Injectable()
export class AnswersService {
  constructor(
    private readonly runs: RunsService,
    private readonly conversations: ConversationsService,
    private readonly approvals: RunApprovals,
  ) {}

  /** Finds a run of the caller's; throws CHAT_RUN_NOT_FOUND. */
  async locate(
    principal: Principal,
    runId: string,
  ): Promise<SessionRef & { state: string; answerId: string }> {
    return this.runs.statusOf(principal, runId);
  }

  /** Stops a run of the caller's and waits a moment for it to end. Out: its state. Throws CHAT_RUN_NOT_FOUND. */
  async stop(principal: Principal, runId: string): Promise<string> {
    await this.runs.stop(principal, runId);
    const run = await this.locate(principal, runId);
    await this.final({ ...run, runId }, AbortSignal.timeout(STOP_WAIT_MS));
    return (await this.locate(principal, runId)).state;
  }

  /** Decides what a run of the caller's waits for. Out and errors as those of `RunApprovals.decide`. */
  async decide(principal: Principal, runId: string, decision: Decision): Promise<DecisionState> {
    return this.approvals.decide(principal, runId, decision);
  }

  /**
   * Events of a run after a position up to the final one, each once and in order; `resync` where the log is gone.
   * In: the run with its owner and session, as `locate` or a send gave it.
   */
  async *watch(
    run: SessionRef & { readonly runId: string; readonly answerId: string },
    from: RunPosition,
    signal: AbortSignal,
  ): AsyncGenerator<WatchedEvent> {
    for await (const event of this.runs.follow(run, run.runId, from, signal)) {
      if (event !== LOG_GONE) {
        yield event;
        continue;
      }
      const message = await this.conversations.findMessage(run, run.answerId);
      yield {
        event: 'resync',
        reason: 'The events of this answer are no longer kept.',
        message: message ?? null,
        session_id: run.sessionId,
        run_id: run.runId,
        ...from,
      };
    }
  }

  /** Waits for the end of a run. Out: its last event; undefined when `signal` aborts first. */
  async final(run: Parameters<this['watch']>[0], signal: AbortSignal): Promise<WatchedEvent | undefined> {
    return this.first(isEnd, run, signal);
  }

  /** Waits until a run ends or needs a person. Out: the event that says so; undefined when `signal` aborts first. */
  async rest(run: Parameters<this['watch']>[0], signal: AbortSignal): Promise<WatchedEvent | undefined> {
    return this.first((event) => isEnd(event) || event.event === 'run.awaiting_approval', run, signal);
  }

  private async first(
    fits: (event: WatchedEvent) => boolean,
    run: Parameters<this['watch']>[0],
    signal: AbortSignal,
  ): Promise<WatchedEvent | undefined> {
    for await (const event of this.watch(run, FROM_START, signal)) if (fits(event)) return event;
    return undefined;
  }
}

function isEnd(event: WatchedEvent): boolean {
  return event.event === 'resync' || isFinal(event);
}

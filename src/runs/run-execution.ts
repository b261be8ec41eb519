import { AppError } from '../common/errors/app-error.js';
import { cleanJson } from '../common/clean-json.js';
import { toAppError } from '../common/errors/error-body.js';
import { HandedOver } from '../common/handed-over.js';
import type { RunLog } from './run-log.js';
import type { ClaimedRun, RunEventBody } from './runs.contract.js';
import { RunErrors } from './runs.errors.js';
import type { Answerer, Outcome, Pause, Shown } from './runs.ports.js';
import type { ShownSoFar, StepJournal } from './steps/steps.contract.js';

/** `lost`: another node has the run; `deleted`: its session is gone. */
export type EndReason = 'stop' | 'deadline' | 'lost' | 'deleted' | 'shutdown';

/** Stores what a takeover needs to know. Out: false where the run is not this node's any more. */
export type KeepReference = (reference: unknown) => Promise<boolean>;

/** One answer being made on this node: reads the answerer, writes the log, knows what was shown. */
export class RunExecution {
  private readonly controller = new AbortController();
  private readonly ended: Promise<EndReason>;
  private readonly begun = performance.now();
  private reason: EndReason | undefined;
  private text: string[] = [];
  private parts: unknown[] = [];
  private agentName: string | null = null;
  private assistantName: string | null = null;
  private asked = false;
  private firstTokenMs: number | null = null;

  constructor(
    readonly run: ClaimedRun,
    private readonly answerer: Answerer,
    private readonly log: RunLog,
    private readonly keep: KeepReference,
    private readonly steps: StepJournal,
  ) {
    this.ended = new Promise((resolve) => {
      this.controller.signal.addEventListener('abort', () => resolve(this.reason ?? 'stop'), { once: true });
    });
  }

  /** Ends the answer early. The first reason counts. */
  end(reason: EndReason): void {
    if (this.reason) return;
    this.reason = reason;
    this.controller.abort(reason === 'lost' ? new HandedOver() : undefined);
  }

  /**
   * Works until the answer is there, fails, waits for a person, or is ended. Out: what became of it; undefined when the
   * lease was lost.
   */
  async perform(timeoutMs: number): Promise<Outcome | Pause | undefined> {
    this.beginEpoch();
    if (this.reason) return this.outcomeOf(this.reason);
    const deadline = setTimeout(() => this.end('deadline'), timeoutMs);
    try {
      const outcome = await Promise.race([this.consume(), this.ended]);
      return typeof outcome === 'string' ? this.outcomeOf(outcome) : outcome;
    } catch (thrown) {
      return this.reason ? this.outcomeOf(this.reason) : failure(toAppError(thrown));
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Ends a run whose nodes died too often, without another attempt. */
  giveUp(): Outcome {
    this.beginEpoch();
    return { state: 'interrupted' };
  }

  /** True where the answerer was not asked in this epoch: what it began in another is told of nothing. */
  get unasked(): boolean {
    return !this.asked;
  }

  /** What a person has seen of the answer, and when it ended. */
  shown(): Shown {
    const workedMs = Math.round(performance.now() - this.begun);
    return {
      text: this.text.join(''),
      parts: this.parts,
      agentName: this.agentName,
      assistantName: this.assistantName,
      firstTokenMs: this.firstTokenMs,
      durationMs: (this.run.resumption?.shown.durationMs ?? 0) + workedMs,
      at: new Date(this.run.claimedAt.getTime() + workedMs),
    };
  }

  private async consume(): Promise<Outcome | Pause> {
    let result: unknown;
    this.asked = true;
    for await (const step of this.answerer.answer(this.run, this.controller.signal, this.steps)) {
      if (this.reason) break;
      if (step.type === 'approval') return { state: 'awaiting_approval', request: cleanJson(step.request) };
      if (step.type === 'result') result = step.result;
      else if (step.type === 'event') this.note(step.body);
      else if (!(await this.keep(step.reference))) this.end('lost');
    }
    if (result === undefined) throw new Error('The answerer ended without a result');
    return { state: 'completed', result };
  }

  private beginEpoch(): void {
    const { epoch, attempts, resumption } = this.run;
    if (epoch === 1) return;
    this.log.add({ event: 'reset', reason: resumption && attempts === 1 ? 'approval' : 'takeover' });
    if (resumption) this.repeat(resumption.shown);
  }

  /** What was shown before a person was asked stands at the beginning of what is shown now. */
  private repeat({ text, parts, agentName, assistantName, firstTokenMs }: ShownSoFar): void {
    const { answerId, questionId } = this.run;
    this.note({
      event: 'run.started',
      message_id: answerId,
      in_reply_to: questionId,
      agent_name: agentName ?? '',
      assistant_name: assistantName ?? '',
    });
    this.firstTokenMs = firstTokenMs;
    if (text) {
      this.text.push(text);
      this.log.add({ event: 'text.delta', text });
    }
    for (const part of parts) this.note({ event: 'part', part });
  }

  private note(body: RunEventBody): void {
    if (body.event === 'text.delta') {
      this.firstTokenMs ??= Math.round(performance.now() - this.begun);
      this.text.push(body.text);
    } else if (body.event === 'part') {
      this.parts.push(body.part);
    } else if (body.event === 'run.started') {
      if (this.agentName !== null) return;
      this.agentName = body.agent_name;
      this.assistantName = body.assistant_name;
    }
    this.log.add(body);
  }

  private outcomeOf(reason: EndReason): Outcome | undefined {
    if (reason === 'lost' || reason === 'deleted') return undefined;
    if (reason === 'stop') return { state: 'cancelled' };
    if (reason === 'shutdown') return { state: 'interrupted' };
    return failure(
      new AppError(
        RunErrors.CHAT_RUN_TIMEOUT,
        'The answer took too long and was given up. Your question is kept; try again.',
      ),
    );
  }
}

function failure(error: AppError): Outcome {
  return { state: 'failed', error, retriable: error.retriable };
}

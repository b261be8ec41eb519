import { Logger } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import { isHandedOver } from '../common/handed-over.js';
import type { Metrics } from '../monitoring/metrics/metrics.js';
import type { CrewAdapter, CrewCall } from './adapters/crew-adapter.js';
import type { CrewStatus } from './crew-status.js';
import {
  CrewClient,
  type CrewContract,
  type CrewEvent,
  CrewReference,
  type CrewTask,
  type HumanDecision,
} from './crew.contract.js';
import { neverStarted, notConfigured, outcomeUnknown, whileWorking } from './crew.errors.js';
import type { CrewLines } from './wire/crew-line.js';
import type { CrewTarget, CrewTargets } from './wire/crew-target.js';

export interface CrewParts {
  readonly targets: CrewTargets;
  readonly lines: CrewLines;
  readonly adapters: Readonly<Record<CrewContract, CrewAdapter>>;
  /** Milliseconds that a crew may stay silent. */
  readonly silence: number;
}

/** Lets crews work, each by its contract, and sees to it that none begins the same work twice. */
export class CrewService extends CrewClient implements CrewStatus {
  private readonly logger = new Logger(CrewService.name);

  constructor(
    private readonly parts: CrewParts,
    private readonly metrics: Metrics,
  ) {
    super();
  }

  get configured(): boolean {
    return this.parts.targets.bases().length > 0;
  }

  serves(agent: string): boolean {
    return this.parts.targets.find(agent) !== undefined;
  }

  run(task: CrewTask, signal: AbortSignal): AsyncIterable<CrewEvent> {
    return task.reference === undefined || task.reference === null
      ? this.begin(task, signal)
      : this.follow(task, signal);
  }

  async *resume(task: CrewTask, decision: HumanDecision, signal: AbortSignal): AsyncGenerator<CrewEvent> {
    const { adapter, call, reference } = this.known(task, signal);
    if (!adapter.resume) throw outcomeUnknown();
    try {
      yield* this.observed(call, adapter.resume(call, reference, decision), reference);
    } catch (error) {
      throw whileWorking(error);
    }
  }

  abandon(runId: string, kept: unknown): void {
    const reference = CrewReference.safeParse(kept).data;
    const target = reference && this.parts.targets.find(reference.agent);
    if (target && target.contract === reference.contract) this.stop(runId, target, reference);
  }

  async check(signal: AbortSignal): Promise<void> {
    const { targets, lines, adapters } = this.parts;
    await Promise.all(
      targets.bases().map(async (target) => {
        if (lines.to(target.url).sparing) throw new Error('left alone after failures');
        await adapters[target.contract].check(target, signal);
      }),
    );
  }

  private async *begin(task: CrewTask, signal: AbortSignal): AsyncGenerator<CrewEvent> {
    const { adapter, call } = this.place(task, signal);
    const reference: CrewReference = {
      contract: call.target.contract,
      agent: task.agent.name,
      phase: 'starting',
    };
    yield { type: 'reference', reference };
    try {
      yield* this.observed(call, adapter.begin(call), reference);
    } catch (error) {
      if (neverStarted(error)) yield { type: 'reference', reference: null };
      throw error;
    }
  }

  private async *follow(task: CrewTask, signal: AbortSignal): AsyncGenerator<CrewEvent> {
    const { adapter, call, reference } = this.known(task, signal);
    if (!adapter.follow || reference.id === undefined) throw outcomeUnknown();
    try {
      yield* this.observed(call, adapter.follow(call, reference), reference);
    } catch (error) {
      throw whileWorking(error);
    }
  }

  /** Counts how the work ended, and passes a stop on. */
  private async *observed(
    call: CrewCall,
    events: AsyncIterable<CrewEvent>,
    known: CrewReference,
  ): AsyncGenerator<CrewEvent> {
    const { contract } = call.target;
    const begun = performance.now();
    let reference = known;
    let outcome = 'left';
    try {
      for await (const event of events) {
        if (event.type === 'reference' && event.reference) reference = event.reference;
        if (event.type === 'end') outcome = 'answered';
        if (event.type === 'needs_human') outcome = 'needs_human';
        yield event;
      }
    } catch (error) {
      if (error instanceof AppError) outcome = error.code;
      throw error;
    } finally {
      if (outcome === 'left' && !isHandedOver(call.signal))
        this.stop(call.task.runId, call.target, reference);
      else this.metrics.crewRequests.inc({ contract, outcome });
      this.metrics.crewDuration.observe({ contract }, (performance.now() - begun) / 1000);
    }
  }

  /** `stopped` only where the crew took it; else nobody listens any more, and the crew may work on. */
  private stop(runId: string, target: CrewTarget, reference: CrewReference): void {
    const { contract } = target;
    const taken = this.parts.adapters[contract].stop?.(target, reference) ?? Promise.resolve(false);
    taken
      .catch(() => false)
      .then((stopped) => {
        this.metrics.crewRequests.inc({ contract, outcome: stopped ? 'stopped' : 'left' });
        this.logger.debug({ run_id: runId, contract, stopped }, 'a crew was left');
      })
      .catch(() => undefined);
  }

  private place(task: CrewTask, signal: AbortSignal): { adapter: CrewAdapter; call: CrewCall } {
    const { targets, lines, adapters, silence } = this.parts;
    const target = targets.find(task.agent.name, task.agent.endpoint);
    if (!target) throw notConfigured();
    const call: CrewCall = { task, target, line: lines.to(target.url), signal, silence };
    return { adapter: adapters[target.contract], call };
  }

  /** The crew that an earlier attempt began with, and what is known of its work. */
  private known(
    task: CrewTask,
    signal: AbortSignal,
  ): { adapter: CrewAdapter; call: CrewCall; reference: CrewReference } {
    const parsed = CrewReference.safeParse(task.reference);
    if (!parsed.success) throw outcomeUnknown();
    const agent = { ...task.agent, name: parsed.data.agent };
    const { adapter, call } = this.place({ ...task, agent }, signal);
    if (call.target.contract !== parsed.data.contract) throw notConfigured();
    return { adapter, call, reference: parsed.data };
  }
}

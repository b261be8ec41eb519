import { isHandedOver } from '../../common/handed-over.js';
import type { CrewEvent, CrewReference, HumanDecision } from '../crew.contract.js';
import { CrewErrors, neverStarted, outcomeUnknown } from '../crew.errors.js';
import type { CrewWakes } from '../webhooks/crew-wakes.service.js';
import { stopReason } from '../wire/crew-http.js';
import type { CrewTarget } from '../wire/crew-target.js';
import { inputsFor } from './amp-inputs.js';
import { AmpWatch, type Seen } from './amp-watch.js';
import { AmpWire } from './amp-wire.js';
import type { CrewAdapter, CrewCall } from './crew-adapter.js';

export interface AmpPace {
  /** Milliseconds between two polls at first, at last, and at least where webhooks bring news. */
  readonly first: number;
  readonly last: number;
  readonly least: number;
}

export const AMP_PACE: AmpPace = { first: 1000, last: 5000, least: 250 };
const SLOWER = 1.4;
const GRACE_AFTER_DECISION = 3;

/** A crew deployed on CrewAI AMP: kicked off once, then polled; webhooks only bring the next poll nearer. */
export class AmpAdapter implements CrewAdapter {
  private readonly wire = new AmpWire();

  constructor(
    private readonly wakes: CrewWakes,
    private readonly pace: AmpPace,
  ) {}

  async *begin(call: CrewCall): AsyncGenerator<CrewEvent> {
    const { task, signal } = call;
    const inputs = inputsFor(task, await this.wire.inputs(call));
    const id = await this.kickOff(call, this.wire.kickoff(call, inputs, this.wakes.addressFor(task.runId)));
    if (signal.aborted) throw stopReason(signal);
    const reference: CrewReference = { contract: 'amp', agent: task.agent.name, phase: 'started', id };
    yield { type: 'reference', reference };
    yield* this.follow(call, reference);
  }

  follow(call: CrewCall, reference: CrewReference): AsyncIterable<CrewEvent> {
    return this.watch(call, reference, 0);
  }

  /** A decision that is refused may have been made elsewhere already: the status tells. */
  async *resume(
    call: CrewCall,
    reference: CrewReference,
    decision: HumanDecision,
  ): AsyncGenerator<CrewEvent> {
    if (reference.id === undefined) throw outcomeUnknown();
    try {
      await this.wire.resume(call, reference.id, decision, this.wakes.addressFor(call.task.runId));
    } catch (error) {
      if (call.signal.aborted || (neverStarted(error) && error.code !== CrewErrors.CREW_REFUSED.code))
        throw error;
    }
    yield* this.watch(call, reference, GRACE_AFTER_DECISION);
  }

  async stop(target: CrewTarget, { id }: CrewReference): Promise<boolean> {
    return id === undefined ? false : this.wire.stop(target, id);
  }

  check(target: CrewTarget, signal: AbortSignal): Promise<void> {
    return this.wire.check(target, signal);
  }

  /** Waits for the id or a stop; what was begun meanwhile is stopped as soon as its id is known. */
  private async kickOff(call: CrewCall, kickoff: Promise<string>): Promise<string> {
    const { signal } = call;
    let leave: () => void = () => undefined;
    const stopped = new Promise<never>((_, reject) => {
      const onAbort = (): void => {
        if (!isHandedOver(signal))
          void kickoff.then((id) => this.wire.stop(call.target, id)).catch(() => undefined);
        reject(stopReason(signal) as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      leave = () => signal.removeEventListener('abort', onAbort);
    });
    try {
      return await Promise.race([kickoff, stopped]);
    } finally {
      leave();
    }
  }

  private async *watch(call: CrewCall, { id }: CrewReference, grace: number): AsyncGenerator<CrewEvent> {
    if (id === undefined) throw outcomeUnknown();
    const { task, signal, silence } = call;
    const watch = new AmpWatch({ silence, source: task.agent.name, grace });
    const waiter = this.wakes.listen(task.runId, id);
    try {
      for (let pace = this.pace.first; ; pace = Math.min(pace * SLOWER, this.pace.last)) {
        const { events, over } = await this.look(call, id, watch, waiter.taskId);
        yield* events;
        if (over) return;
        await waiter.wait(this.pace.least, pace * (0.8 + Math.random() * 0.4), signal);
      }
    } finally {
      waiter.leave();
    }
  }

  private async look(call: CrewCall, id: string, watch: AmpWatch, taskId: string | undefined): Promise<Seen> {
    let answer: unknown;
    try {
      if (call.signal.aborted) throw stopReason(call.signal);
      answer = await this.wire.status(call, id);
    } catch (error) {
      if (call.signal.aborted) throw stopReason(call.signal);
      return watch.miss(error);
    }
    return watch.take(answer, taskId);
  }
}

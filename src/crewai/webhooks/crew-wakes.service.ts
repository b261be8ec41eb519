import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { compositeKey } from '../../common/ids.js';
import { CrewConfig } from '../../config/config.js';
import { type Channel, FanOut } from '../../redis/fan-out.js';

const PURPOSE = 'bizosaas crew webhook';

/** That something happened to a crew's work. It carries no answer: the crew is asked for that. */
const CrewWake = z.object({
  kind: z.literal('crew'),
  execution_id: z.string().max(128).optional(),
  /** Of a task that waits for a person. */
  task_id: z.string().max(128).optional(),
});
export type CrewWake = z.infer<typeof CrewWake>;

/** Carries what webhooks say to the node that waits for the crew; whatever is lost is found by the next poll. */
@Injectable()
export class CrewWakes {
  private readonly key: string | Buffer;

  /** Without CREW_AI_WEBHOOK_SECRET the secrets hold for this process alone. */
  constructor(
    private readonly config: CrewConfig,
    private readonly fanOut: FanOut,
  ) {
    this.key = config.webhookSecret ?? randomBytes(32);
  }

  /** Out: where a crew reports on a run, with the run's own secret; undefined where it cannot reach this service. */
  addressFor(runId: string): string | undefined {
    const base = this.config.webhookUrl;
    return base && `${base}/chat/webhooks/crewai/${runId}?secret=${this.secretFor(runId)}`;
  }

  /** Whether `secret` is that of the run. Takes the same time for every wrong one. */
  accepts(runId: string, secret: string): boolean {
    const [given, right] = [secret, this.secretFor(runId)].map((one) => this.digest(one));
    return given !== undefined && right !== undefined && timingSafeEqual(given, right);
  }

  wake(runId: string, wake: CrewWake): void {
    this.fanOut.publish(channelOf(runId), wake);
  }

  /** Hears of one run until it is closed. In: the crew's own id of the work; news of other work are ignored. */
  listen(runId: string, executionId: string): CrewWaiter {
    const waiter = new CrewWaiter(executionId);
    waiter.leave = this.fanOut.subscribe(channelOf(runId), (wake) => waiter.take(wake));
    return waiter;
  }

  private secretFor(runId: string): string {
    return this.digest(`${PURPOSE}:${runId}`).toString('base64url');
  }

  private digest(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }
}

/** Waits for the next poll, which news bring nearer. */
export class CrewWaiter {
  /** The task that waits for a person, as far as webhooks said. */
  taskId: string | undefined;
  leave: () => void = () => undefined;
  private news = false;
  private wakeUp: (() => void) | undefined;

  constructor(private readonly executionId: string) {}

  take({ execution_id: executionId, task_id: taskId }: CrewWake): void {
    if (executionId !== undefined && executionId !== this.executionId) return;
    this.taskId = taskId ?? this.taskId;
    this.news = true;
    this.wakeUp?.();
  }

  /** Resolves after `longest` milliseconds, with news after `least`, or as soon as `signal` aborts. */
  async wait(least: number, longest: number, signal: AbortSignal): Promise<void> {
    await pause(least, signal, () => undefined);
    if (!this.news) await pause(longest - least, signal, (wakeUp) => (this.wakeUp = wakeUp));
    this.news = false;
    this.wakeUp = undefined;
  }
}

function pause(ms: number, signal: AbortSignal, offer: (done: () => void) => void): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    offer(done);
  });
}

function channelOf(runId: string): Channel<CrewWake> {
  const name = compositeKey('crew', runId);
  return {
    name,
    audience: name,
    accepts: (message): message is CrewWake => CrewWake.safeParse(message).success,
  };
}

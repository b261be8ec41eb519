import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Signal, Signals } from '../database/signals.js';
import { RunSweeper } from './run-sweeper.js';
import { RunWorker } from './run-worker.js';

/** Ids that fit into one signal. */
const IDS_AT_ONCE = 100;

const STOP: Signal<{ runId: string }> = { kind: 'stop', schema: z.strictObject({ runId: z.uuid() }) };
const WAKE: Signal<{ runId: string }> = { kind: 'wake', schema: z.strictObject({ runId: z.uuid() }) };
const ABANDON: Signal<{ runIds: string[] }> = {
  kind: 'abandon',
  schema: z.strictObject({ runIds: z.array(z.uuid()).max(IDS_AT_ONCE) }),
};

/**
 * What nodes tell each other of runs. A lost signal costs time and nothing else: a stop is stored and found by
 * the owner's next heartbeat, a waiting run by any node's next sweep, and a deleted run ends at its next write.
 */
@Injectable()
export class RunSignals {
  constructor(
    private readonly signals: Signals,
    worker: RunWorker,
    sweeper: RunSweeper,
  ) {
    signals.on(STOP, ({ runId }) => worker.end(runId, 'stop'));
    signals.on(WAKE, ({ runId }) => worker.wake(runId));
    signals.on(ABANDON, ({ runIds }) => runIds.forEach((runId) => worker.end(runId, 'deleted')));
    signals.onRestored(() => sweeper.catchUp());
    worker.onDeclined = (runId) => void signals.tell(WAKE, { runId });
  }

  /** The owner of the run is to stop it. */
  async stop(runId: string): Promise<void> {
    await this.signals.tell(STOP, { runId });
  }

  /** The owners of these runs are to drop them: their session is gone. */
  async abandon(runIds: readonly string[]): Promise<void> {
    for (let from = 0; from < runIds.length; from += IDS_AT_ONCE) {
      await this.signals.tell(ABANDON, { runIds: runIds.slice(from, from + IDS_AT_ONCE) });
    }
  }
}

import type { ClaimedRun, RunEvent } from '../../src/runs/runs.contract.js';
import { newId } from '../../src/common/ids.js';

/** A claimed run with everything that a test does not care about filled in. */
export function claimedRun(more: Partial<ClaimedRun> = {}): ClaimedRun {
  return {
    id: newId(),
    tenantId: 'acme',
    userId: 'ann',
    sessionId: 's1',
    questionId: newId(),
    answerId: newId(),
    position: 2,
    epoch: 1,
    attempts: 1,
    principal: { tenantId: 'acme', userId: 'ann', role: 'user', email: null },
    request: {},
    startedAt: new Date('2026-11-01T10:00:00Z'),
    claimedAt: new Date('2026-11-01T10:00:00Z'),
    ...more,
  };
}

/** Text events of a run, numbered from `first`. */
export function textEvents(run: ClaimedRun, epoch: number, first: number, texts: string[]): RunEvent[] {
  return texts.map((text, index) => ({
    event: 'text.delta',
    text,
    session_id: run.sessionId,
    run_id: run.id,
    epoch,
    seq: first + index,
  }));
}

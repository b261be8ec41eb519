import { compositeKey } from '../common/ids.js';
import type { RunEvent, SessionRef } from './runs.contract.js';

/** What travels by fan-out on a session's channel when a run logged something. */
export interface RunNews {
  readonly kind: 'answer';
  readonly runId: string;
  readonly events: readonly RunEvent[];
}

/** The channel on which everything of one session travels. */
export function sessionChannel(session: SessionRef): string {
  return compositeKey('session', session.tenantId, session.userId, session.sessionId);
}

import { z } from 'zod';
import { compositeKey } from '../common/ids.js';
import type { Channel } from '../redis/fan-out.js';
import type { RunEvent, SessionRef } from './runs.contract.js';

/** What travels by fan-out when a run logged something. */
export interface RunNews {
  readonly kind: 'answer';
  readonly runId: string;
  readonly events: readonly RunEvent[];
}

const Form = z.object({
  kind: z.literal('answer'),
  runId: z.uuid(),
  events: z.array(
    z.looseObject({
      event: z.string(),
      session_id: z.string(),
      run_id: z.uuid(),
      epoch: z.int().nonnegative(),
      seq: z.int().positive(),
    }),
  ),
});

/** Who hears of a user's sessions: the nodes where one of the user's devices is. */
export function userAudience(user: Pick<SessionRef, 'tenantId' | 'userId'>): string {
  return compositeKey(user.tenantId, user.userId);
}

/** The channel of the answers of one session. */
export function sessionChannel(session: SessionRef): Channel<RunNews> {
  return {
    name: compositeKey('answers', session.tenantId, session.userId, session.sessionId),
    audience: userAudience(session),
    accepts: (message): message is RunNews => {
      const { success, data } = Form.safeParse(message);
      return success && data.events.every(({ session_id: id }) => id === session.sessionId);
    },
  };
}

import type { Principal } from '../../auth/principal.js';
import { compositeKey } from '../../common/ids.js';
import type { SessionSummary } from '../../conversations/conversations.contract.js';
import type { Message } from '../../conversations/message.contract.js';
import type { RunNews } from '../../runs/run-channel.js';

/** `origin` is the connection that caused an event; it gets no echo. */
interface FromConnection {
  readonly origin: string | null;
}

/** What travels on the channel of one session. */
export type SessionNews =
  | RunNews
  | (FromConnection & { readonly kind: 'created'; readonly message: Message; readonly runId: string })
  | (FromConnection & { readonly kind: 'typing'; readonly sessionId: string; readonly isTyping: boolean });

/** What travels on the channel of one user, to all devices whatever they show. */
export type UserNews =
  | { readonly kind: 'updated'; readonly session: SessionSummary }
  | { readonly kind: 'deleted'; readonly sessionId: string }
  | { readonly kind: 'presence'; readonly devices: number };

/** The channel of everything that concerns a user rather than one session. */
export function userChannel(user: Pick<Principal, 'tenantId' | 'userId'>): string {
  return compositeKey('user', user.tenantId, user.userId);
}

import { z } from 'zod';
import type { Principal } from '../../auth/principal.js';
import { compositeKey } from '../../common/ids.js';
import { SessionSummary } from '../../conversations/conversations.contract.js';
import { Message } from '../../conversations/message.contract.js';
import type { Channel } from '../../redis/fan-out.js';
import { userAudience } from '../../runs/run-channel.js';
import type { SessionRef } from '../../runs/runs.contract.js';

/** `origin` is the connection that caused an event; it gets no echo. */
const fromConnection = { origin: z.string().nullable() };

const Told = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('created'), message: Message, runId: z.uuid(), ...fromConnection }),
  z.object({ kind: z.literal('typing'), sessionId: z.string(), isTyping: z.boolean(), ...fromConnection }),
]);
/** What a session's devices are told besides its answers. */
export type Told = Readonly<z.infer<typeof Told>>;

const UserNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('updated'), session: SessionSummary }),
  z.object({ kind: z.literal('deleted'), sessionId: z.string() }),
  z.object({ kind: z.literal('touched'), sessionId: z.string() }),
  z.object({ kind: z.literal('presence'), devices: z.int().nonnegative() }),
]);
/**
 * What travels on the channel of one user, to all devices whatever they show. `touched`: something was said in a
 * session; nodes that have devices of the user look how it stands now.
 */
export type UserNews = Readonly<z.infer<typeof UserNews>>;
/** What devices are told of their user. */
export type DeviceNews = Exclude<UserNews, { kind: 'touched' }>;

/** The channel of what a session's devices tell each other. */
export function toldChannel(session: SessionRef): Channel<Told> {
  return {
    name: compositeKey('told', session.tenantId, session.userId, session.sessionId),
    audience: userAudience(session),
    accepts: (message): message is Told => Told.safeParse(message).success,
  };
}

/** The channel of everything that concerns a user rather than one session. */
export function userChannel(user: Pick<Principal, 'tenantId' | 'userId'>): Channel<UserNews> {
  return {
    name: compositeKey('user', user.tenantId, user.userId),
    audience: userAudience(user),
    accepts: (message): message is UserNews => UserNews.safeParse(message).success,
  };
}

import { z } from 'zod';
import { ErrorBody } from '../../common/errors/error-body.js';
import { SessionSummary } from '../../conversations/conversations.contract.js';
import { Message } from '../../conversations/message.contract.js';
import { SessionId } from '../../common/session-id.contract.js';
import {
  ActiveRunView,
  ClientMessageId,
  DecideApproval,
  MessageId,
  Position,
  Regenerated,
  RunId,
  SocketSend,
} from '../chat.contract.js';
import { AnswerEvent } from '../events.contract.js';

const position = { epoch: Position, after_seq: Position };

export const Join = z.strictObject({ session_id: SessionId }).meta({ id: 'SocketJoin' });
export const RunRef = z.strictObject({ run_id: RunId }).meta({ id: 'SocketRunRef' });
export const Regenerate = z
  .strictObject({ message_id: MessageId, client_message_id: ClientMessageId.optional() })
  .meta({ id: 'SocketRegenerate' });
export const Resume = z.strictObject({ run_id: RunId, ...position }).meta({ id: 'SocketResume' });
export const Approve = DecideApproval.extend({ run_id: RunId }).meta({ id: 'SocketApprove' });
export const Typing = z
  .strictObject({ session_id: SessionId, is_typing: z.boolean() })
  .meta({ id: 'SocketTyping' });
export const Refresh = z.strictObject({ token: z.string().min(1).max(8192) }).meta({ id: 'SocketRefresh' });

const ok = { ok: z.literal(true) };
export const Refused = z.object({ ok: z.literal(false), error: ErrorBody }).meta({ id: 'SocketRefused' });

/** What clients send over socket.io, and what each is acknowledged with. */
export const CLIENT_EVENTS = {
  'session:join': {
    summary: 'Watch a session of your own; tells the answer under way.',
    schema: Join,
    ack: z.object({ ...ok, active_run: ActiveRunView.optional() }),
  },
  'message:send': {
    summary: 'Send a message. Joins the session first; events may come before the acknowledgement.',
    schema: SocketSend,
    ack: z.object({ ...ok, session_id: z.string(), message: Message, run_id: z.uuid() }),
  },
  'run:stop': { summary: 'Stop an answer.', schema: RunRef, ack: z.object({ ...ok, state: z.string() }) },
  'run:retry': {
    summary: 'Ask for a failed, stopped or interrupted answer again.',
    schema: RunRef,
    ack: z.object({ ...ok, run_id: z.uuid(), session_id: z.string() }),
  },
  'message:regenerate': {
    summary: 'Ask for another answer to the same question; the old one stays as a branch.',
    schema: Regenerate,
    ack: Regenerated.extend(ok),
  },
  'run:resume': {
    summary: 'Get the events of an answer after a position, then live.',
    schema: Resume,
    ack: z.object({ ...ok, state: z.string() }),
  },
  'run:approve': {
    summary: 'Approve or refuse what an answer waits for. The first decision counts.',
    schema: Approve,
    ack: z.object({ ...ok, state: z.enum(['approved', 'refused', 'expired']) }),
  },
  typing: { summary: 'Tell your other devices that you type.', schema: Typing, ack: z.object(ok) },
  'auth:refresh': {
    summary: 'Renew the token of an open socket. Another identity is refused and the socket closed.',
    schema: Refresh,
    ack: z.object(ok),
  },
} as const;

/** What the server sends over socket.io. */
export const SERVER_EVENTS = {
  answer: { summary: 'An event of an answer.', schema: AnswerEvent },
  'message:created': {
    summary: 'Another device sent a message.',
    schema: Message.extend({ run_id: z.uuid() }),
  },
  typing: {
    summary: 'Another device types.',
    schema: z.object({ session_id: z.string(), is_typing: z.boolean() }),
  },
  presence: { summary: 'How many devices of yours are connected.', schema: z.object({ devices: z.int() }) },
  'session:updated': {
    summary:
      'A session was renamed, pinned, archived or read, shows another branch, or something was said in it.',
    schema: SessionSummary,
  },
  'session:deleted': { summary: 'A session was deleted.', schema: z.object({ session_id: z.string() }) },
  system: {
    summary: 'Connected; or draining, with retry_after_ms in the metadata.',
    schema: z.object({ content: z.string(), metadata: z.record(z.string(), z.unknown()) }),
  },
} as const;

type Handler<A extends unknown[]> = (...args: A) => void;
export type ServerToClient = {
  [E in keyof typeof SERVER_EVENTS]: Handler<[z.infer<(typeof SERVER_EVENTS)[E]['schema']>]>;
};
export type ClientToServer = {
  [E in keyof typeof CLIENT_EVENTS]: Handler<
    [z.infer<(typeof CLIENT_EVENTS)[E]['schema']>, (ack: z.infer<(typeof CLIENT_EVENTS)[E]['ack']>) => void]
  >;
};

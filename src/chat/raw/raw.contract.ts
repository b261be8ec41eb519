import { z } from 'zod';
import {
  AgentName,
  ClientMessageId,
  Context,
  DecideApproval,
  FileAttachments,
  MessageText,
  Position,
  RunId,
} from '../chat.contract.js';

/** What clients send over the raw WebSocket. */
export const ClientFrame = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('message'),
      content: MessageText,
      client_message_id: ClientMessageId.optional(),
      agent_name: AgentName.optional(),
      context: Context.optional(),
      file_attachments: FileAttachments.optional(),
    }),
    z.strictObject({ type: z.literal('typing'), is_typing: z.boolean() }),
    z.strictObject({ type: z.literal('ping') }),
    z.strictObject({ type: z.literal('stop'), run_id: RunId.optional() }),
    z.strictObject({ type: z.literal('retry'), run_id: RunId }),
    DecideApproval.extend({ type: z.literal('approve'), run_id: RunId }),
    z.strictObject({
      type: z.literal('resume'),
      run_id: RunId,
      epoch: Position,
      after_seq: Position,
    }),
    z.strictObject({ type: z.literal('auth'), token: z.string().min(1).max(8192) }),
  ])
  .meta({ id: 'ClientFrame' });
export type ClientFrame = z.infer<typeof ClientFrame>;

/** What the server sends over the raw WebSocket; with `?stream=true` also every answer event, as type `event`. */
export const ServerFrame = z
  .object({
    type: z.enum(['system', 'message', 'typing', 'pong', 'ack', 'error']),
    content: z.string(),
    session_id: z.string(),
    user_id: z.string(),
    timestamp: z.iso.datetime(),
    metadata: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'ServerFrame' });
export type ServerFrame = z.infer<typeof ServerFrame>;

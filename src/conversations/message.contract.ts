import { z } from 'zod';
import { AnswerPart } from '../common/parts/answer-part.contract.js';

export const MessageType = z.enum(['user', 'assistant', 'system', 'agent', 'error']);
export type MessageType = z.infer<typeof MessageType>;

/** Which engine wrote an answer: a language model, a crew, or skills of the service itself. */
export const Engine = z.enum(['llm', 'crew', 'local']);
export type Engine = z.infer<typeof Engine>;

export const MessageBranches = z
  .object({
    index: z.int().describe('Which version this is, from 1.'),
    count: z.int(),
    ids: z.array(z.uuid()).describe('All versions, in the order in which they were made.'),
  })
  .meta({ id: 'MessageBranches' });

export const Message = z
  .object({
    id: z.uuid(),
    type: MessageType,
    content: z.string().describe('The whole text, as Markdown.'),
    parts: z.array(AnswerPart),
    timestamp: z.iso.datetime(),
    user_id: z.string(),
    session_id: z.string(),
    position: z.int().describe('Order within the session; fixed when the question is accepted.'),
    parent_id: z.uuid().nullable(),
    in_reply_to: z.uuid().nullable(),
    agent_name: z.string().nullable(),
    confidence: z.number().nullable(),
    suggested_actions: z.array(z.string()),
    metadata: z.record(z.string(), z.unknown()),
    branches: MessageBranches.optional().describe('Where a question was edited, or answered more than once.'),
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof Message>;

/** What is known of a message, stored or about to be; what a question has none of may be left out. */
export interface MessageFields {
  readonly id: string;
  readonly type: MessageType;
  readonly content: string;
  readonly createdAt: Date | string;
  readonly userId: string;
  readonly sessionId: string;
  readonly position: number;
  readonly parentId: string | null;
  readonly inReplyTo?: string | null;
  readonly parts?: readonly AnswerPart[];
  readonly agentName?: string | null;
  readonly confidence?: number | null;
  readonly suggestedActions?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Out: the form that clients get, the same wherever the message comes from. */
export function toMessageView(message: MessageFields): Message {
  return {
    id: message.id,
    type: message.type,
    content: message.content,
    parts: [...(message.parts ?? [])],
    timestamp: new Date(message.createdAt).toISOString(),
    user_id: message.userId,
    session_id: message.sessionId,
    position: message.position,
    parent_id: message.parentId,
    in_reply_to: message.inReplyTo ?? null,
    agent_name: message.agentName ?? null,
    confidence: message.confidence ?? null,
    suggested_actions: [...(message.suggestedActions ?? [])],
    metadata: { ...message.metadata },
  };
}

import { z } from 'zod';

/** Answer parts: a closed, versioned set. */
const Column = z.object({
  key: z.string(),
  label: z.string(),
  type: z.enum(['string', 'number', 'boolean', 'date', 'datetime']),
  format: z.string().optional(),
  unit: z.string().optional(),
  align: z.enum(['left', 'right', 'center']).optional(),
});
const Row = z.record(z.string(), z.unknown());
const sourced = { dataset_id: z.string(), source: z.string(), as_of: z.iso.datetime() };

export const TextPart = z.object({ type: z.literal('text'), text: z.string() });
export const TablePart = z.object({
  type: z.literal('table'),
  ...sourced,
  columns: z.array(Column),
  rows: z.array(Row),
  total: z.int(),
});
export const ChartPart = z.object({
  type: z.literal('chart'),
  ...sourced,
  spec: z.record(z.string(), z.unknown()),
  rows: z.array(Row),
  title: z.string(),
  summary: z.string(),
});
export const MetricPart = z.object({
  type: z.literal('metric'),
  ...sourced,
  label: z.string(),
  value: z.number(),
  unit: z.string().optional(),
  change: z.number().optional(),
});
export const CitationPart = z.object({
  type: z.literal('citation'),
  title: z.string(),
  locator: z.string(),
  quote: z.string(),
});
export const FilePart = z.object({ type: z.literal('file'), file_id: z.string(), filename: z.string() });
export const ApprovalPart = z.object({
  type: z.literal('approval'),
  approval_id: z.string(),
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  expires_at: z.iso.datetime(),
  state: z.enum(['pending', 'approved', 'refused', 'expired']),
});
export const ErrorPart = z.object({ type: z.literal('error'), code: z.string(), detail: z.string() });

export const AnswerPart = z
  .discriminatedUnion('type', [
    TextPart,
    TablePart,
    ChartPart,
    MetricPart,
    CitationPart,
    FilePart,
    ApprovalPart,
    ErrorPart,
  ])
  .meta({ id: 'AnswerPart', description: 'One part of an answer; the set is closed.' });
export type AnswerPart = z.infer<typeof AnswerPart>;

export const MessageType = z.enum(['user', 'assistant', 'system', 'agent', 'error']);
export type MessageType = z.infer<typeof MessageType>;

/** Which engine wrote an answer: a language model, a crew, or skills of the service itself. */
export const Engine = z.enum(['llm', 'crew', 'local']);
export type Engine = z.infer<typeof Engine>;

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

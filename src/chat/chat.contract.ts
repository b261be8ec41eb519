import { z } from 'zod';
import { SafeText } from '../common/safe-text.js';
import { isCleanJson } from '../common/clean-json.js';
import { isBoundedJson } from '../common/bounded-json.js';
import { ApprovalPart } from '../common/parts/answer-part.contract.js';
import { SessionId } from '../common/session-id.contract.js';
import { Message } from '../conversations/message.contract.js';

const CONTEXT_BYTES = 8192;
const CONTEXT_DEPTH = 8;
const CONTEXT_NODES = 500;

export const ClientMessageId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')
  .describe('Makes a send safe to repeat: the same id gives the same message and run, for ever.');

export const Context = z
  .record(z.string().max(128), z.unknown())
  .refine((value) => isBoundedJson(value, { depth: CONTEXT_DEPTH, nodes: CONTEXT_NODES }), {
    error: 'is nested too deeply or too large',
    abort: true,
  })
  .refine(
    (value) => JSON.stringify(value).length <= CONTEXT_BYTES && isCleanJson(value),
    `must be valid text of at most ${CONTEXT_BYTES} characters as JSON`,
  )
  .describe('What the host page says of itself, such as current_page. Data only, never permission.');

export const MessageText = SafeText.max(100_000).refine(
  (text) => text.trim().length > 0,
  'must not be empty',
);
export const AgentName = z.string().min(1).max(64).describe('Ask one agent; it must be open to your role.');
export const FileAttachments = z.array(z.uuid()).max(10).describe('Ids of uploaded files.');

const sendFields = {
  session_id: SessionId.optional(),
  agent_name: AgentName.optional(),
  context: Context.optional(),
  file_attachments: FileAttachments.optional(),
  parent_id: z
    .uuid()
    .nullable()
    .optional()
    .describe(
      'Edits and resends: the new message follows this one, as a new branch; null begins the conversation anew.',
    ),
};

export const SendMessage = z
  .strictObject({ message: MessageText, client_message_id: ClientMessageId.optional(), ...sendFields })
  .meta({
    id: 'SendMessage',
    example: {
      message: 'How can I optimize my campaign performance?',
      session_id: 'optional-session-id',
      context: { current_page: 'campaigns', campaign_id: '123' },
    },
  });
export type SendMessage = z.infer<typeof SendMessage>;

export const SocketSend = z
  .strictObject({ content: MessageText, client_message_id: ClientMessageId, ...sendFields })
  .meta({ id: 'SocketSend' });

export const ActiveRunView = z
  .object({
    run_id: z.uuid(),
    message_id: z.uuid(),
    epoch: z.int(),
    seq: z.int(),
    state: z.enum(['queued', 'running', 'awaiting_approval']),
    approval: ApprovalPart.optional().describe('What it waits for, where it waits for a person.'),
  })
  .meta({ id: 'ActiveRun', description: 'The run that answers, or waits to answer, in this session.' });
export type ActiveRunView = z.infer<typeof ActiveRunView>;

export const SendResult = z
  .object({
    session_id: SessionId,
    user_message: Message,
    ai_response: Message,
    conversation_length: z.int(),
    suggested_actions: z.array(z.string()),
    context_updated: z.boolean(),
    run_id: z.uuid(),
  })
  .meta({ id: 'SendResult' });
export type SendResult = z.infer<typeof SendResult>;

export const SendPending = z
  .object({
    session_id: SessionId,
    run_id: z.uuid(),
    status: z.enum(['running', 'awaiting_approval']),
    approval_id: z.string().optional(),
  })
  .meta({
    id: 'SendPending',
    description:
      'The answer is not there yet; follow GET /chat/runs/{run_id}/events. One that waits for a person is decided on at ' +
      'POST /chat/runs/{run_id}/approval.',
  });
export type SendPending = z.infer<typeof SendPending>;

export const RunId = z.uuid();
export const MessageId = z.uuid();
/** An epoch or seq, as far as the database counts. */
export const Position = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
export const RetryResult = z.object({ run_id: z.uuid() }).meta({ id: 'RetryResult' });
export const Regenerated = z
  .object({ run_id: z.uuid(), message_id: z.uuid().describe('Of the new answer.'), session_id: z.string() })
  .meta({ id: 'Regenerated' });
export type Regenerated = z.infer<typeof Regenerated>;
export const DecideApproval = z
  .strictObject({
    approval_id: SafeText.min(1).max(128),
    approved: z.boolean(),
    comment: SafeText.max(1000)
      .optional()
      .describe('For the record, and for whoever goes on with the answer.'),
  })
  .meta({ id: 'DecideApproval' });
export type DecideApproval = z.infer<typeof DecideApproval>;
export const ApprovalResult = z
  .object({ run_id: z.uuid(), approval_id: z.string(), state: z.enum(['approved', 'refused', 'expired']) })
  .meta({ id: 'ApprovalResult' });
export type ApprovalResult = z.infer<typeof ApprovalResult>;
export const StopResult = z.object({ run_id: z.uuid(), state: z.string() }).meta({ id: 'StopResult' });
export const ResumeQuery = z.strictObject({
  epoch: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  after_seq: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
});

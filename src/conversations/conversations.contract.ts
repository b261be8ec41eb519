import { z } from 'zod';
import { SafeText } from '../common/safe-text.js';
import { Message } from './message.contract.js';

export const SessionSummary = z
  .object({
    id: z.string(),
    title: z.string().nullable(),
    last_activity: z.iso.datetime(),
    message_count: z.int(),
    unread: z.int().describe('Answers after the read mark; 100 means 100 or more.'),
    is_pinned: z.boolean(),
    is_archived: z.boolean(),
    head_message_id: z
      .uuid()
      .nullable()
      .optional()
      .describe('The end of the branch that is shown; another one than before means that history changed.'),
  })
  .meta({ id: 'SessionSummary' });
export type SessionSummary = z.infer<typeof SessionSummary>;

export const SearchMatch = z
  .object({
    message_id: z.uuid(),
    position: z.int(),
    snippet: z.string().describe('Plain text of the message.'),
    marks: z
      .array(z.tuple([z.int(), z.int()]))
      .describe('Start and length of each word found, in UTF-16 units of the snippet.'),
  })
  .meta({ id: 'SearchMatch' });
export type SearchMatch = z.infer<typeof SearchMatch>;

export const SessionList = z
  .object({
    sessions: z.array(
      SessionSummary.extend({
        match: SearchMatch.optional().describe(
          'With q: the newest message that fits; absent where the title does.',
        ),
      }).meta({ id: 'ListedSession' }),
    ),
    next_cursor: z.string().optional(),
  })
  .meta({ id: 'SessionList' });
export type SessionList = z.infer<typeof SessionList>;

const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const ListQuery = z.strictObject({
  q: SafeText.trim()
    .min(1)
    .max(200)
    .optional()
    .describe('Words, or their beginnings, to find in titles and messages.'),
  archived: Flag.optional().describe(
    'Only archived sessions, or only others; by default others, and with q both.',
  ),
  pinned: Flag.optional().describe('Only pinned sessions, or only others.'),
  cursor: z.string().max(400).optional().describe('next_cursor of the page before.'),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export type ListQuery = z.infer<typeof ListQuery>;

export const HistoryQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional()
    .describe('Only messages of a lower position.'),
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;

export const UpdateSession = z
  .strictObject({
    title: SafeText.trim()
      .min(1)
      .max(200)
      .refine((text) => !/[\u0000-\u001f]/.test(text), 'must be one line of text')
      .optional(),
    is_pinned: z.boolean().optional(),
    is_archived: z.boolean().optional(),
    last_read_position: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .optional(),
    head_message_id: z.uuid().optional().describe('Shows the branch through this message, to its end.'),
  })
  .refine((value) => Object.keys(value).length > 0, 'name at least one field to change')
  .meta({ id: 'UpdateSession', example: { title: 'Spring campaign' } });
export type UpdateSession = z.infer<typeof UpdateSession>;

/** Runs that were open in a session as it was erased. */
export interface ErasedRuns {
  readonly open: readonly string[];
  /** Those of them that no node worked on, where they had begun work elsewhere. */
  readonly left: readonly { readonly id: string; readonly backendRef: unknown }[];
}

export const SessionAnalytics = z
  .object({
    total_interactions: z
      .int()
      .describe(
        'Questions of the branch that is shown; of its messages before the newest 1,000, every second one.',
      ),
    average_response_time: z
      .number()
      .nullable()
      .describe('Seconds, over the newest 1,000 messages; so are the next three.'),
    average_confidence: z.number().nullable().describe('Of answers whose confidence something computed.'),
    agents_used: z.array(z.string()),
    most_used_agent: z.string().nullable(),
    has_context: z.boolean(),
    has_summary: z.boolean(),
  })
  .meta({ id: 'SessionAnalytics' });
export type SessionAnalytics = z.infer<typeof SessionAnalytics>;

export const SessionView = z
  .object({
    id: z.string(),
    user_id: z.string(),
    tenant_id: z.string(),
    role: z.string(),
    title: z.string().nullable(),
    messages: z.array(Message),
    created_at: z.iso.datetime(),
    last_activity: z.iso.datetime(),
    context: z.record(z.string(), z.unknown()),
    is_active: z.boolean(),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof SessionView>;

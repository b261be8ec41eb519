import { z } from 'zod';
import { SafeText } from '../common/safe-text.js';
import { Message } from './message.contract.js';

export const SessionSummary = z
  .object({
    id: z.string(),
    title: z.string().nullable(),
    last_activity: z.iso.datetime(),
    message_count: z.int(),
    unread: z.int(),
    is_pinned: z.boolean(),
    is_archived: z.boolean(),
  })
  .meta({ id: 'SessionSummary' });
export type SessionSummary = z.infer<typeof SessionSummary>;

export const SessionList = z
  .object({ sessions: z.array(SessionSummary), next_cursor: z.string().optional() })
  .meta({ id: 'SessionList' });
export type SessionList = z.infer<typeof SessionList>;

export const ListQuery = z.strictObject({
  q: SafeText.trim().min(1).max(200).optional().describe('Words to find in titles and messages.'),
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
    total_interactions: z.int(),
    average_response_time: z.number().nullable().describe('Seconds.'),
    average_confidence: z.number().nullable(),
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

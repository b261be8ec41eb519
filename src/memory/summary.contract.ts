import { z } from 'zod';

/** Characters of the text, of a topic or action, and how many of these there are. */
export const SUMMARY_LIMITS = { text: 1600, item: 160, items: 8 } as const;

const items = z.array(z.string().trim().min(1).max(SUMMARY_LIMITS.item)).max(SUMMARY_LIMITS.items);

/** What is kept of turns that a model no longer sees. */
export const Summary = z.object({
  /** Empty where nothing was said that is worth keeping. */
  summary: z.string().trim().max(SUMMARY_LIMITS.text),
  key_topics: items,
  action_items: items,
  sentiment: z.enum(['positive', 'neutral', 'negative']),
});
export type Summary = z.infer<typeof Summary>;

/** A summary with the message that it reaches to, which is part of it. */
export const StoredSummary = Summary.extend({ message_id: z.uuid(), place: z.int() });
export type StoredSummary = z.infer<typeof StoredSummary>;

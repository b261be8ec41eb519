import { z } from 'zod';
import { SafeText } from '../../common/safe-text.js';

/** Facts of one user, and characters of one. */
export const FACT_LIMITS = { facts: 100, text: 500 } as const;

export const FactKind = z.enum(['fact', 'preference']);
export type FactKind = z.infer<typeof FactKind>;

export const Fact = z
  .object({
    id: z.uuid(),
    text: z.string(),
    kind: FactKind.describe('`preference`: how the user wants to be answered.'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Fact' });
export type Fact = z.infer<typeof Fact>;

export const FactList = z
  .object({
    facts: z.array(Fact).describe('Newest first.'),
    limit: z.int().describe('How many there can be.'),
    memory_enabled: z.boolean().describe('False: nothing is remembered, and nothing of this is used.'),
  })
  .meta({ id: 'FactList' });
export type FactList = z.infer<typeof FactList>;

export const UpdateFact = z
  .strictObject({ text: SafeText.trim().min(1).max(FACT_LIMITS.text) })
  .meta({ id: 'UpdateFact', example: { text: 'Our fiscal year begins in April.' } });
export type UpdateFact = z.infer<typeof UpdateFact>;

export const FactForgotten = z.object({ status: z.literal('Fact forgotten') }).meta({ id: 'FactForgotten' });
export type FactForgotten = z.infer<typeof FactForgotten>;

/** What became of a wish to remember something, to forget something, or to hear what is remembered. */
export type Heeded =
  | {
      readonly asked: 'remember';
      readonly outcome: 'kept' | 'known' | 'full' | 'too_long' | 'off';
      readonly text: string;
    }
  /** `several`: the words could mean any of these, so none was forgotten. */
  | {
      readonly asked: 'forget';
      readonly outcome: 'forgotten' | 'several' | 'unknown';
      readonly texts: readonly string[];
    }
  | { readonly asked: 'list'; readonly outcome: 'listed' | 'off'; readonly texts: readonly string[] };

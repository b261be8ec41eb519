import { z } from 'zod';
import { cleanText } from '../../common/clean-json.js';
import type { NewFigures } from '../../datasets/figures.service.js';

/** Datasets of one call; a run keeps 20 in all. */
const MAX_FIGURES = 8;
const MAX_EXTRACTS = 12;
const MAX_MISSING = 12;

const text = (most: number) =>
  z
    .string()
    .max(most)
    .transform((value) => cleanText(value));

/** What a tool may give back at most. Rows are checked where they are stored. */
export const Findings = z.strictObject({
  figures: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
      z.custom<NewFigures>((value) => typeof value === 'object' && value !== null),
    )
    .refine((all) => Object.keys(all).length <= MAX_FIGURES, `must be at most ${MAX_FIGURES}`)
    .default({}),
  extracts: z
    .array(z.strictObject({ title: text(300), locator: text(500), quote: text(4000) }))
    .max(MAX_EXTRACTS)
    .default([]),
  text: text(20_000).default(''),
  missing: z.array(text(500)).max(MAX_MISSING).default([]),
});
export type Findings = z.infer<typeof Findings>;

import { z } from 'zod';
import { SafeText } from '../../common/safe-text.js';

export const Rating = z.enum(['up', 'down']);
export type Rating = z.infer<typeof Rating>;

export const GiveFeedback = z
  .strictObject({
    rating: Rating,
    comment: SafeText.trim()
      .min(1)
      .max(2000)
      .optional()
      .describe('Left out: none, also where there was one.'),
  })
  .meta({ id: 'GiveFeedback', example: { rating: 'down', comment: 'The figures are of last month.' } });
export type GiveFeedback = z.infer<typeof GiveFeedback>;

export const Feedback = z
  .object({
    message_id: z.uuid(),
    rating: Rating,
    comment: z.string().nullable(),
    created_at: z.iso.datetime().describe('When the answer was rated first.'),
  })
  .meta({ id: 'Feedback' });
export type Feedback = z.infer<typeof Feedback>;

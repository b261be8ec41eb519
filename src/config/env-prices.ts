import { z } from 'zod';
import { doc } from './env-doc.js';

const price = z.number().min(0).max(1_000_000);
const ModelPrices = z.record(z.string().min(1).max(200), z.strictObject({ input: price, output: price }));
/** What a million tokens of a model cost, in and out. */
export type ModelPrices = z.output<typeof ModelPrices>;

const modelPrices = z.string().transform((value, context): ModelPrices => {
  try {
    return ModelPrices.parse(JSON.parse(value));
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'must be a JSON object of model names, each with the numbers input and output',
    });
    return z.NEVER;
  }
});

/** What models cost, as members of the whole schema. */
export const pricesEnv = {
  MODEL_PRICES: modelPrices.optional().meta(
    doc(
      'Models',
      'What a million tokens of each model cost, as JSON; costs of other models are shown as unknown.',
      {
        example: '{"gpt-4o-mini":{"input":0.15,"output":0.6}}',
      },
    ),
  ),
  MODEL_PRICES_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three capital letters, as in ISO 4217')
    .default('USD')
    .meta(doc('Models', 'Currency of MODEL_PRICES.')),
};

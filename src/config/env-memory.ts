import { z } from 'zod';
import { doc } from './env-doc.js';
import { list, flag } from './env-fields.js';

/** The beginning of a model's name, and the tokens that it takes. */
const ENTRY = /^([^\s=,]{1,100})=(\d{4,8})$/;

/** What a model gets to see of a conversation. */
export const memoryEnv = {
  ENABLE_CONVERSATION_SUMMARIES: flag(true).meta(
    doc('Chat', 'What no longer fits into what a model sees is summarised in the background.'),
  ),
  ENABLE_CONVERSATION_TITLES: flag(true).meta(
    doc('Chat', 'A language model, where there is one, names a conversation after its first answer.'),
  ),
  MODEL_WINDOWS: list
    .transform((entries, context): ReadonlyMap<string, number> => {
      const pairs = entries.map((entry) => ENTRY.exec(entry));
      if (pairs.every((pair) => pair !== null))
        return new Map(pairs.map(([, name, tokens]) => [name as string, Number(tokens)]));
      const message = 'must be name=tokens, several of them as JSON or comma list, of 1000 tokens or more';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .optional()
    .meta(
      doc(
        'Models',
        'Tokens that models take, by the beginning of their names, where the built-in table is wrong.',
        {
          example: 'llama3.1=8192,my-model=32768',
        },
      ),
    ),
};

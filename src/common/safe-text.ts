import { z } from 'zod';
import { cleanText } from './clean-json.js';

/** Text that Postgres can keep: no NUL, no half of a surrogate pair. */
export const SafeText = z
  .string()
  .refine((text) => cleanText(text) === text, 'must be valid Unicode text without NUL');

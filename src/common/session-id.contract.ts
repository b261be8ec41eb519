import { z } from 'zod';

/** The name of a session, chosen by whoever begins it; private to its user. */
export const SessionId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be 1 to 128 letters, digits, - or _')
  .describe('A name of your own choice, or the one that an earlier answer gave.');

import { z } from 'zod';
import { SessionId } from '../common/session-id.contract.js';

/** The database's text of a time in UTC or with a small offset; checked by a round trip through Date. */
const DbTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?[+-](0\d|1[0-4])(:[0-5]\d)?$/)
  .refine((text) => {
    const day = text.slice(0, 10);
    const time = Date.parse(`${day}T00:00:00Z`);
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day) && text.slice(11, 13) < '24';
  });
const Cursor = z.tuple([DbTime, SessionId]);

/** A place in the list of sessions as an opaque string. `at` is the database's own text of the time, to the microsecond. */
export function encodeCursor(row: { at: string; id: string }): string {
  return Buffer.from(JSON.stringify([row.at, row.id])).toString('base64url');
}

/** Out: the place, or null where the text is not a cursor. */
export function decodeCursor(text: string): { at: string; id: string } | null {
  try {
    const [at, id] = Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { at, id };
  } catch {
    return null;
  }
}

import { z } from 'zod';

const Cursor = z.tuple([
  z.string().regex(/^\d{4}-\d{2}-\d{2} [\d:.]+[+-][\d:]+$/),
  z.string().min(1).max(128),
]);

/** A place in the list of sessions as an opaque string. `at` is the database's own text of the time, to the microsecond. */
export function encodeCursor(row: { at: string; id: string }): string {
  return Buffer.from(JSON.stringify([row.at, row.id])).toString('base64url');
}

/** Out: the place, or null where the text is not a cursor. */
export function decodeCursor(text: string): { at: string; id: string } | null {
  try {
    const [at, id] = Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return Number.isNaN(Date.parse(at)) ? null : { at, id };
  } catch {
    return null;
  }
}

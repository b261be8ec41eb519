import { t } from '../../strings/strings.js';
import { inWords, plain } from './tool-words.js';

const DEEPEST = 6;

/** An argument for the eye: text, or a list of named or unnamed ones. */
export type Shown = string | readonly ShownArgument[];

export interface ShownArgument {
  /** Absent in a plain list. */
  readonly name?: string;
  readonly value: Shown;
}

/** In: arguments as they are. Out: everything in them, in their order, as text that cannot look like other text. */
export function shownArguments(args: Readonly<Record<string, unknown>>): ShownArgument[] {
  return Object.entries(args).map(([name, value]) => ({ name: inWords(name), value: shownValue(value, 1) }));
}

function shownValue(value: unknown, depth: number): Shown {
  if (typeof value === 'string') return value === '' ? t.empty : plain(value);
  if (typeof value === 'boolean') return value ? t.yes : t.no;
  if (value === null) return t.empty;
  if (typeof value !== 'object' || depth >= DEEPEST) return plain(JSON.stringify(value) ?? '');
  const entries = Object.entries(value);
  if (entries.length === 0) return t.empty;
  return entries.map(([name, item]) =>
    Array.isArray(value)
      ? { value: shownValue(item, depth + 1) }
      : { name: inWords(name), value: shownValue(item, depth + 1) },
  );
}

/** In: milliseconds. Out: how long there still is, in words that change once a minute. */
export function timeLeft(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes <= 1) return t.lastMinute;
  return minutes < 120 ? t.minutesLeft(minutes) : t.hoursLeft(Math.round(minutes / 60));
}

import type {
  Changed,
  Created,
  Drained,
  Ended,
  Entry,
  HistoryRead,
  Invoked,
  Shown,
  TakenOver,
} from '../record/entries.js';
import type { LogRow, MessageRow, Rows, RunRow } from '../record/rows.js';

export interface Limits {
  /** Milliseconds, as the promises say; a test on a busy machine may allow more. */
  readonly takeoverMs: number;
  readonly runMs: number;
  readonly drainMs: number;
  readonly stopMs: number;
}

/** G7 to G10 of the guarantees; a stop is given the time that its acknowledgement waits for it. */
export const PROMISED: Limits = { takeoverMs: 15_000, runMs: 200_000, drainMs: 25_000, stopMs: 2_000 };

export interface Violation {
  /** G1, G2, ... of the guarantees. */
  readonly promise: string;
  readonly name: string;
  readonly detail: string;
}

export interface Operation {
  readonly invoked: Invoked & { at: number };
  readonly ended: (Ended & { at: number }) | undefined;
}

/** Record and rows, found by what checks ask for. */
export interface Facts {
  readonly limits: Limits;
  readonly rows: Rows;
  readonly operations: readonly Operation[];
  readonly shown: readonly (Shown & { at: number })[];
  /** Everything that came over one connection and what was asked for on it, in order. */
  readonly connections: ReadonlyMap<string, readonly Entry[]>;
  readonly created: readonly Created[];
  readonly histories: readonly HistoryRead[];
  readonly takeovers: readonly TakenOver[];
  readonly drains: readonly Drained[];
  readonly effects: readonly Changed[];
  readonly calls: ReadonlyMap<string, number>;
  readonly messages: ReadonlyMap<string, MessageRow>;
  readonly messagesByKey: ReadonlyMap<string, readonly MessageRow[]>;
  readonly runs: ReadonlyMap<string, RunRow>;
  readonly runsByQuestion: ReadonlyMap<string, readonly RunRow[]>;
  /** The log of each run, in order of epoch and seq. */
  readonly log: ReadonlyMap<string, readonly LogRow[]>;
}

/** In: things and their keys. Out: the things of each key, in order. */
export function groupBy<T>(
  items: readonly T[],
  key: (item: T) => string | null | undefined,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === null || name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

export function factsOf(entries: readonly Entry[], rows: Rows, limits: Limits): Facts {
  const of = <K extends Entry['kind']>(...kinds: K[]): Extract<Entry, { kind: K }>[] =>
    entries.filter((entry): entry is Extract<Entry, { kind: K }> => (kinds as string[]).includes(entry.kind));
  const ends = new Map(of('ok', 'fail', 'unknown').map((end) => [end.op, end]));
  const spotted = of('invoke', 'event', 'created');
  return {
    limits,
    rows,
    operations: of('invoke').map((invoked) => ({ invoked, ended: ends.get(invoked.op) })),
    shown: of('event'),
    connections: groupBy<Entry>(spotted, (entry) =>
      'client' in entry ? `${entry.client} connection ${entry.connection}` : undefined,
    ),
    created: of('created'),
    histories: of('history'),
    takeovers: of('takeover'),
    drains: of('drain'),
    effects: of('changed'),
    calls: new Map(of('calls').map(({ nonce, count }) => [nonce, count])),
    messages: new Map(rows.messages.map((message) => [message.id, message])),
    messagesByKey: groupBy(rows.messages, (message) => message.key),
    runs: new Map(rows.runs.map((run) => [run.id, run])),
    runsByQuestion: groupBy(rows.runs, (run) => run.question),
    log: groupBy(
      rows.log.toSorted((a, b) => a.epoch - b.epoch || a.seq - b.seq),
      (row) => row.run,
    ),
  };
}

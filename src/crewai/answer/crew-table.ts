import { z } from 'zod';
import { cleanText } from '../../common/clean-json.js';
import type { CrewColumn, CrewTable, Scalar } from '../crew.contract.js';

const MAX_TABLES = 10;
const MAX_COLUMNS = 50;
const MAX_ROWS = 2000;
const MAX_CELL = 2000;
const MAX_NAME = 120;
const TIMES: Readonly<Partial<Record<CrewColumn['type'], z.ZodType>>> = {
  date: z.iso.date(),
  datetime: z.iso.datetime({ offset: true }),
};
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const RawColumn = z.union([
  z.string(),
  z.looseObject({
    key: z.string(),
    label: z.string().optional(),
    type: z.string().optional(),
    unit: z.string().optional(),
  }),
]);
const RawTable = z.looseObject({
  title: z.string().optional(),
  columns: z.array(RawColumn).optional(),
  rows: z.array(z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())])),
  spec: z.record(z.string(), z.unknown()).optional(),
});
type RawTable = z.infer<typeof RawTable>;

interface Column extends CrewColumn {
  readonly at: number;
  /** As the crew named it. */
  readonly from: string;
}

/**
 * Reads tables or charts out of what a crew sent, rebuilt cell by cell: plain values in named columns, nothing else.
 * In: anything, and where it came from. Out: those that have rows and columns, cut where they are too large.
 */
export function readTables(kind: CrewTable['kind'], value: unknown, source: string): CrewTable[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_TABLES).flatMap((one) => {
    const parsed = RawTable.safeParse(one);
    return parsed.success ? readTable(kind, parsed.data, source) : [];
  });
}

function readTable(kind: CrewTable['kind'], raw: RawTable, source: string): CrewTable[] {
  const columns = readColumns(raw);
  if (columns.length === 0 || raw.rows.length === 0) return [];
  if (kind === 'chart' && !raw.spec) return [];
  const rows = raw.rows.slice(0, MAX_ROWS).map((row) => readRow(row, columns));
  return [
    {
      kind,
      title: plain(raw.title ?? '', MAX_NAME),
      columns: columns.map(({ key, label, type, unit }) => ({
        key,
        label,
        type: typeOf(rows, key, type),
        ...(unit === undefined ? {} : { unit }),
      })),
      rows,
      total: raw.rows.length,
      source,
      ...(kind === 'chart' && raw.spec ? { spec: raw.spec } : {}),
    },
  ];
}

function readColumns({ columns, rows }: RawTable): Column[] {
  const [first] = rows;
  const given = columns ?? (first && !Array.isArray(first) ? Object.keys(first) : []);
  const seen = new Set<string>();
  return given.slice(0, MAX_COLUMNS).flatMap((column, at) => {
    const from = typeof column === 'string' ? column : column.key;
    const key = plain(from, MAX_NAME);
    if (key === '' || FORBIDDEN.has(key) || seen.has(key)) return [];
    seen.add(key);
    const more = typeof column === 'string' ? {} : column;
    const unit = 'unit' in more && typeof more.unit === 'string' ? plain(more.unit, 20) : '';
    const label = 'label' in more && typeof more.label === 'string' ? plain(more.label, MAX_NAME) : key;
    const type = 'type' in more ? toType(more.type) : 'string';
    return [{ key, label: label || key, type, at, from, ...(unit ? { unit } : {}) }];
  });
}

function toType(type: unknown): CrewColumn['type'] {
  return type === 'date' || type === 'datetime' ? type : 'string';
}

function readRow(
  row: readonly unknown[] | Readonly<Record<string, unknown>>,
  columns: readonly Column[],
): Record<string, Scalar> {
  return Object.fromEntries(
    columns.map(({ key, at, from }) => [
      key,
      toScalar(
        Array.isArray(row)
          ? row[at]
          : Object.hasOwn(row, from)
            ? (row as Record<string, unknown>)[from]
            : null,
      ),
    ]),
  );
}

/** In: any JSON value. Out: the plain value; null for anything that is none. */
export function toScalar(value: unknown): Scalar {
  if (typeof value === 'string') return cleanText(value.slice(0, MAX_CELL));
  if (typeof value === 'boolean') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A type counts where every cell that is filled has it; days and times are declared, the rest is seen. */
function typeOf(
  rows: readonly Readonly<Record<string, Scalar>>[],
  key: string,
  declared: CrewColumn['type'],
): CrewColumn['type'] {
  const cells = rows.map((row) => row[key] ?? null).filter((cell) => cell !== null);
  const schema = TIMES[declared];
  if (schema) return cells.every((cell) => schema.safeParse(cell).success) ? declared : 'string';
  const kinds = new Set(cells.map((cell) => typeof cell));
  const [kind] = kinds;
  return kinds.size === 1 && (kind === 'number' || kind === 'boolean') ? kind : 'string';
}

/** In: text from elsewhere. Out: one line of it without control characters, at most `max` characters. */
export function plain(text: string, max: number): string {
  const line = cleanText(text.slice(0, max * 4))
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.slice(0, max).toWellFormed();
}

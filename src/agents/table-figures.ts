import { ColumnKey } from '../common/parts/data-column.contract.js';
import type { CrewColumn, CrewTable, Scalar } from '../crewai/crew.contract.js';
import type { NewFigures } from '../datasets/figures.service.js';

/** The names of columns as a neighbour wrote them, to those that datasets take. */
export type Keys = ReadonlyMap<string, string>;

/** In: a table of a neighbour, its `keysOf`, and where it came from. Out: figures as of now that can be stored. */
export function tableFigures(
  { columns, rows, total }: Pick<CrewTable, 'columns' | 'rows' | 'total'>,
  keys: Keys,
  source: string,
): NewFigures {
  return {
    columns: columns.map(({ key, label, type, unit }) => ({
      key: keys.get(key) ?? key,
      label,
      type: type === 'string' ? 'text' : type,
      ...(unit === undefined ? {} : { unit }),
    })),
    rows: rows.map((row) =>
      Object.fromEntries(columns.map(({ key, type }) => [keys.get(key), toCell(row[key] ?? null, type)])),
    ),
    total,
    source,
    asOf: new Date(),
  };
}

function toCell(value: Scalar, type: CrewColumn['type']): Scalar {
  return type === 'string' && value !== null ? String(value) : value;
}

/** Each column's name as datasets take it: its own where that is one. */
export function keysOf(columns: readonly CrewColumn[]): Keys {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const [index, { key }] of columns.entries()) {
    let own = [key, key.replaceAll(/\W+/g, '_')].find(
      (name) => ColumnKey.safeParse(name).success && !taken.has(name),
    );
    for (let number = index + 1; own === undefined; number += 1)
      if (!taken.has(`column_${number}`)) own = `column_${number}`;
    taken.add(own);
    keys.set(key, own);
  }
  return keys;
}

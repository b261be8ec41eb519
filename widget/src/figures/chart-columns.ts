import type { ChannelSpec, DataPart, DataRow, TableColumn } from '../client/wire.js';

const CHANNELS = ['x', 'y', 'color', 'theta', 'column'] as const;

/** The rows of a chart as a table: a column for each channel, under the title of its axis. */
export function chartColumns({ spec, rows }: Extract<DataPart, { type: 'chart' }>): TableColumn[] {
  const columns = new Map<string, TableColumn>();
  for (const name of CHANNELS) {
    const channel = spec.encoding[name];
    if (channel?.field === undefined || columns.has(channel.field)) continue;
    columns.set(channel.field, {
      key: channel.field,
      label: channel.title ?? channel.field,
      type: typeOf(channel, rows),
      ...(channel.format ? { format: channel.format } : {}),
    });
  }
  return [...columns.values()];
}

function typeOf({ field, type }: ChannelSpec, rows: readonly DataRow[]): TableColumn['type'] {
  const values = rows.map((row) => row[field!]);
  if (type === 'quantitative' || values.some((value) => typeof value === 'number')) return 'number';
  if (type !== 'temporal') return 'text';
  return values.some((value) => typeof value === 'string' && value.includes('T')) ? 'datetime' : 'date';
}

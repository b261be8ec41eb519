import type { CrewTable, Scalar } from '../../crewai/crew.contract.js';

const MAX_ROWS = 50;

/** Rows of a crew as a Markdown table with its title, cut to what a person reads. */
export function crewTableText(table: CrewTable): string {
  const shown = table.rows.slice(0, MAX_ROWS);
  const labels = table.columns.map(({ label, unit }) =>
    cell(unit === undefined ? label : `${label} (${unit})`),
  );
  const rules = table.columns.map(({ type }) => (type === 'number' ? '---:' : '---'));
  const rows = shown.map((row) => table.columns.map(({ key }) => cell(row[key] ?? null)));
  const more = table.total > shown.length ? `\n\n${shown.length} of ${table.total} rows.` : '';
  const title = table.title === '' ? '' : `**${cell(table.title)}**\n\n`;
  return `\n\n${title}${[labels, rules, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}${more}\n`;
}

function cell(value: Scalar): string {
  return value === null
    ? ''
    : String(value).replaceAll(/\s+/g, ' ').replaceAll('\\', '\\\\').replaceAll('|', '\\|');
}

import type { CallToolResult } from '@modelcontextprotocol/client';
import { isBoundedJson } from '../../../common/bounded-json.js';
import { cleanText } from '../../../common/clean-json.js';
import { plain, readTables, toScalar } from '../../../crewai/answer/crew-table.js';
import type { NewFigures } from '../../../datasets/figures.service.js';
import { keysOf, tableFigures } from '../../table-figures.js';
import type { ToolFindings } from '../tool.contract.js';

const MAX_TEXT = 20_000;
const LIMITS = { depth: 32, nodes: 100_000 };
const MAX_SAID = 300;

/**
 * What another server's tool gave: text, and a flat table as figures. All of it is data.
 * In: a result, the tool's name in the manifest, the server's. Out: undefined where the result is too deep or too large.
 */
export function mcpFindings(result: CallToolResult, tool: string, server: string): ToolFindings | undefined {
  if (!isBoundedJson(result, LIMITS)) return undefined;
  const { structuredContent: structured } = result;
  const figures = structured === undefined ? undefined : tableOf(structured, `MCP server ${server}`);
  const said = textsOf(result);
  const texts = structured === undefined ? said : said.filter((text) => !isJson(text));
  const rest = structured !== undefined && !figures ? [JSON.stringify(structured)] : [];
  const left = result.content.filter(({ type }) => type !== 'text').length;
  return {
    ...(figures ? { figures: { rows: figures } } : {}),
    text: cleanText([...texts, ...rest].join('\n\n').slice(0, MAX_TEXT)),
    missing: left > 0 ? [`${tool} also gave ${left} that is no text, such as images; it was left out.`] : [],
  };
}

/** What a tool that failed says of it: one line. */
export function mcpSaid(result: CallToolResult): string {
  return plain(textsOf(result).join(' '), MAX_SAID);
}

function textsOf({ content }: CallToolResult): string[] {
  return content.flatMap((block) => (block.type === 'text' ? block.text : []));
}

/** Rows, alone or as the one list of an object; undefined where a cell of them is no plain value. */
function tableOf(structured: unknown, source: string): NewFigures | undefined {
  const rows = rowsOf(structured);
  if (!rows?.every(isFlat)) return undefined;
  const [table] = readTables('table', [{ rows, columns: columnsOf(rows) }], source);
  return table && tableFigures(table, keysOf(table.columns), source);
}

function rowsOf(structured: unknown): readonly unknown[] | undefined {
  if (Array.isArray(structured)) return structured;
  if (typeof structured !== 'object' || structured === null) return undefined;
  const lists = Object.values(structured).filter((value) => Array.isArray(value));
  return lists.length === 1 ? (lists[0] as unknown[]) : undefined;
}

function columnsOf(rows: readonly unknown[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row as object)))];
}

function isFlat(row: unknown): boolean {
  return (
    typeof row === 'object' &&
    row !== null &&
    !Array.isArray(row) &&
    Object.values(row).every((cell) => cell === null || toScalar(cell) !== null)
  );
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

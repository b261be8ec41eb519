import type { CrewContract, CrewEvent, CrewResult, CrewTable, Scalar } from '../crew.contract.js';
import { badAnswer } from '../crew.errors.js';
import { parseJson } from '../wire/crew-http.js';
import { plain, readTables, toScalar } from './crew-table.js';

/** Characters of one answer. A crew that writes more has lost its way. */
const MAX_TEXT = 1_000_000;
const MAX_PIECE = 4000;
const MAX_SUGGESTIONS = 10;
const MAX_SUGGESTION = 120;
const MAX_METADATA = 20;
const TEXT_KEYS = ['response', 'output', 'answer', 'text', 'raw'] as const;
const ENVELOPE = ['tables', 'charts', 'metadata', 'suggested_actions'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** What a crew answered, read like the input of a stranger: what is not understood is left out. */
export interface CrewAnswer {
  readonly text: string;
  readonly tables: readonly CrewTable[];
  readonly result: Omit<CrewResult, 'contract'>;
}

/**
 * Reads an answer of any contract: text, text that is JSON, or an object.
 * In: the value and the crew's name as the source of its tables.
 * Throws CREW_BAD_ANSWER where it holds neither text nor rows.
 */
export function readAnswer(value: unknown, source: string): CrewAnswer {
  const fields = toFields(value);
  const text = fields ? textOf(fields) : typeof value === 'string' ? value : '';
  const tables = fields ? tablesOf(fields, source) : [];
  if (text.length > MAX_TEXT) throw badAnswer('The crew gave an answer that is too long.');
  if (text.trim() === '' && tables.length === 0) throw badAnswer('The crew gave an empty answer.');
  return {
    text: text.trim() === '' ? tables.map(({ title }) => `**${title || 'Table'}**`).join('\n\n') : text,
    tables,
    result: resultOf(fields ?? {}),
  };
}

/** The events of a whole answer. */
export function* eventsOf(
  { text, tables, result }: CrewAnswer,
  contract: CrewContract,
): Generator<CrewEvent> {
  for (const piece of piecesOf(text)) yield { type: 'delta', text: piece };
  for (const table of tables) yield { type: 'material', table };
  yield { type: 'end', result: { contract, ...result } };
}

/** Cuts text into pieces of a size that one event may have, between characters. */
export function piecesOf(text: string): string[] {
  return text.match(new RegExp(`[^]{1,${MAX_PIECE}}`, 'gu')) ?? [];
}

/** Tables and charts of an object, also of its `metadata`. */
export function tablesOf(fields: Fields, source: string): CrewTable[] {
  const places = [fields, asFields(fields['metadata']) ?? {}];
  return places.flatMap((place) => [
    ...readTables('table', place['tables'], source),
    ...readTables('chart', place['charts'], source),
  ]);
}

export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** Text that begins like an object and has the members of an answer is one; any other text is text. */
function toFields(value: unknown): Fields | undefined {
  if (typeof value !== 'string') return asFields(value);
  if (!/^\s*\{/.test(value)) return undefined;
  const fields = asFields(parseJson(value));
  if (!fields) return undefined;
  const known = typeof fields['response'] === 'string' || ENVELOPE.some((key) => key in fields);
  return known ? fields : undefined;
}

function textOf(fields: Fields): string {
  for (const key of TEXT_KEYS) {
    const text = fields[key];
    if (typeof text === 'string') return text;
  }
  return '';
}

/** What a crew said beside its text. In: the members of its answer. */
export function resultOf(fields: Fields): Omit<CrewResult, 'contract'> {
  const { confidence, suggested_actions: suggested, tokens_used: tokens, metadata } = fields;
  return {
    confidence: typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : null,
    suggestedActions: suggestionsOf(suggested),
    tokensUsed: typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : null,
    metadata: plainMetadata(asFields(metadata) ?? {}),
  };
}

function suggestionsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .flatMap((one) => (typeof one === 'string' ? [plain(one, MAX_SUGGESTION)] : []))
    .filter(Boolean)
    .slice(0, MAX_SUGGESTIONS);
}

function plainMetadata(fields: Fields): Record<string, Scalar> {
  const entries = Object.entries(fields)
    .filter(
      ([key, value]) => /^(?!__proto__$)\w{1,64}$/.test(key) && (value === null || typeof value !== 'object'),
    )
    .slice(0, MAX_METADATA);
  return Object.fromEntries(entries.map(([key, value]) => [key, toScalar(value)]));
}

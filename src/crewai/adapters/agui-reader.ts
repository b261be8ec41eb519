import { asFields, eventsOf, piecesOf, readAnswer, resultOf, tablesOf } from '../answer/crew-answer.js';
import { plain, readTables } from '../answer/crew-table.js';
import type { CrewEvent, CrewTable } from '../crew.contract.js';
import { badAnswer, busy, type CrewError, failed, fellSilent, stoppedElsewhere } from '../crew.errors.js';
import { parseJson } from '../wire/crew-http.js';

const MAX_TEXT = 1_000_000;
const MAX_TABLES = 20;
const MAX_QUESTIONS = 20;
const MAX_QUESTION = 4000;
const MAX_PROGRESS = 200;
/** Refusals that come before anything has begun. */
const BUSY = /_(CONVERSATION_CAPACITY|THREAD_BUSY)$/;
/** Seconds: whoever holds the place works on for a while. */
const TRY_LATER = 30;
const ID = /^[\w.:-]{1,128}$/;
const GAP = '\n\n';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the events of an AG-UI 1.0 stream (docs.ag-ui.com/spec/1.0): the requested run's, not those of replayed
 * history. Unknown types and fields are passed over, as the protocol wants it.
 */
export class AguiReader {
  /** True after the event that ends the run: whatever comes later is not heard. */
  over = false;
  private opened = false;
  private ours = false;
  private length = 0;
  private message: string | undefined;
  private snapshot = '';
  private readonly silent = new Set<string>();
  private readonly tables: CrewTable[] = [];

  constructor(
    private readonly runId: string,
    private readonly source: string,
    private readonly silence: number,
  ) {}

  /** In: the data of one server-sent event. Out: what it means. Throws CrewError. */
  take(data: string): CrewEvent[] {
    if (this.over) return [];
    const event = asFields(parseJson(data));
    const type = event?.['type'];
    if (!event || typeof type !== 'string') throw badAnswer('The crew sent an event that could not be read.');
    if (!this.opened && type !== 'RUN_STARTED' && type !== 'RUN_ERROR')
      throw badAnswer('The crew did not begin as the protocol AG-UI wants it.');
    this.opened = true;
    if (type === 'RUN_STARTED') this.ours = this.isOurs(event);
    if (type === 'RUN_ERROR') throw this.failure(event);
    return this.ours ? this.inRun(type, event) : [];
  }

  private inRun(type: string, event: Fields): CrewEvent[] {
    switch (type) {
      case 'TEXT_MESSAGE_START':
        this.begin(event);
        return [];
      case 'TEXT_MESSAGE_CHUNK':
      case 'TEXT_MESSAGE_CONTENT':
        if (typeof event['role'] === 'string') this.begin(event);
        return this.text(event);
      case 'STEP_STARTED':
        return progress(event['stepName']);
      case 'TOOL_CALL_START':
        return progress(event['toolCallName']);
      case 'CUSTOM':
        this.custom(event);
        return [];
      case 'MESSAGES_SNAPSHOT':
        this.snapshot = lastAnswer(event['messages']) ?? this.snapshot;
        return [];
      case 'RUN_FINISHED':
        return this.isOurs(event) ? this.finish(event) : [];
      default:
        return [];
    }
  }

  private isOurs(event: Fields): boolean {
    return event['runId'] === undefined || event['runId'] === this.runId;
  }

  /** Only what an assistant says is the answer. */
  private begin({ messageId, role }: Fields): void {
    if (typeof messageId === 'string' && role !== undefined && role !== 'assistant')
      this.silent.add(messageId);
  }

  private text({ messageId, delta }: Fields): CrewEvent[] {
    const id = typeof messageId === 'string' ? messageId : this.message;
    if (typeof delta !== 'string' || delta === '' || (id !== undefined && this.silent.has(id))) return [];
    const gap = this.length > 0 && id !== this.message ? GAP : '';
    this.message = id;
    this.length += delta.length + gap.length;
    if (this.length > MAX_TEXT) throw badAnswer('The crew gave an answer that is too long.');
    return piecesOf(gap + delta).map((text) => ({ type: 'delta', text }));
  }

  private custom({ name, value }: Fields): void {
    const kind = name === 'chart' || name === 'charts' ? 'chart' : 'table';
    if (!['table', 'tables', 'chart', 'charts'].includes(String(name))) return;
    const read = readTables(kind, Array.isArray(value) ? value : [value], this.source);
    this.tables.push(...read.slice(0, MAX_TABLES - this.tables.length));
  }

  private finish(event: Fields): CrewEvent[] {
    this.over = true;
    const outcome = asFields(event['outcome']);
    if (outcome?.['type'] === 'interrupt') return [questionOf(outcome)];
    if (outcome?.['type'] === 'cancelled') throw stoppedElsewhere();
    const result = asFields(event['result']) ?? {};
    const held = [...this.tables, ...tablesOf(result, this.source)];
    if (this.length > 0 || held.length > 0) {
      const text = this.length > 0 ? '' : this.snapshot || titlesOf(held);
      return [...eventsOf({ text, tables: held, result: resultOf(result) }, 'agui')];
    }
    return [...eventsOf(readAnswer(this.snapshot || event['result'], this.source), 'agui')];
  }

  private failure({ code }: Fields): CrewError {
    const known = typeof code === 'string' && ID.test(code) ? code : 'RUN_ERROR';
    const cause = new Error(known);
    if (this.length === 0 && BUSY.test(known)) return busy(TRY_LATER, cause);
    return known.endsWith('_TIMEOUT') ? fellSilent(this.silence) : failed(cause);
  }
}

function progress(name: unknown): CrewEvent[] {
  const text = typeof name === 'string' ? plain(name, MAX_PROGRESS) : '';
  return text === '' ? [] : [{ type: 'progress', text }];
}

function titlesOf(tables: readonly CrewTable[]): string {
  return tables.map(({ title }) => `**${title || 'Table'}**`).join(GAP);
}

function lastAnswer(messages: unknown): string | undefined {
  if (!Array.isArray(messages)) return undefined;
  const last = asFields(messages.at(-1));
  return last?.['role'] === 'assistant' && typeof last['content'] === 'string' ? last['content'] : undefined;
}

function questionOf(outcome: Fields): CrewEvent {
  const interrupts = Array.isArray(outcome['interrupts'])
    ? outcome['interrupts'].slice(0, MAX_QUESTIONS)
    : [];
  const asked = interrupts.map(asFields).filter((one) => one !== undefined);
  const ids = asked.flatMap(({ id }) => (typeof id === 'string' && ID.test(id) ? [id] : []));
  const texts = asked.flatMap(({ message }) => (typeof message === 'string' ? [message] : []));
  return { type: 'needs_human', question: { ids, text: texts.join('\n').slice(0, MAX_QUESTION) } };
}

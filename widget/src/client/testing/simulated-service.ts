import { toChatError } from '../chat-error.js';
import type { AnswerEvent, Message, RunState } from '../wire.js';
import type { SimulatedConnection } from './simulated-connection.js';

type Body = Record<string, unknown>;

interface Log {
  readonly runId: string;
  readonly question: Message;
  readonly answerId: string;
  /** Events of each epoch, the first at index 0. */
  readonly epochs: AnswerEvent[][];
  state: RunState;
  answer: Message | null;
  trimmed: boolean;
}

const WORDS = 4;
const OPEN: readonly RunState[] = ['queued', 'running'];

/** The service as its contract promises it, in one object: an accepted question once, one log a run, resume, resync. */
export class SimulatedService {
  readonly logs: Log[] = [];
  readonly connections: SimulatedConnection[] = [];
  /** How many requests are answered 503 from now on. */
  failing = 0;
  private readonly known = new Map<string, Log>();
  private position = 0;

  /** Does one piece of work on the run whose turn it is: its beginning, a word, or its end. */
  work(): void {
    const log = this.logs.find(({ state }) => OPEN.includes(state));
    if (!log) return;
    if (log.state === 'queued') this.begin(log);
    const events = log.epochs.at(-1)!;
    const words = events.filter(({ event }) => event === 'text.delta').length;
    if (!events.some(({ event }) => event === 'run.started')) {
      const message_id = log.answerId;
      const body = { message_id, in_reply_to: log.question.id, agent_name: 'x', assistant_name: 'Y' };
      this.log(log, { event: 'run.started', ...body });
    } else if (words < WORDS) this.log(log, { event: 'text.delta', text: `${log.epochs.length}:${words} ` });
    else this.end(log);
  }

  /** The node that answers dies: another one begins again. */
  takeOver(): void {
    const log = this.logs.find(({ state }) => state === 'running');
    if (log) this.begin(log);
  }

  /** The logs so far are gone: what was in them is told by the message alone. */
  trim(): void {
    for (const log of this.logs) log.trimmed = log.trimmed || log.epochs.length > 0;
  }

  /** The text that was logged of each epoch of a run. */
  texts(runId: string): string[] {
    const log = this.logs.find((one) => one.runId === runId)!;
    return log.epochs.map((events) =>
      events.map((event) => (event.event === 'text.delta' ? event.text : '')).join(''),
    );
  }

  /** What a request is acknowledged with. Throws ChatError. Answers of a resume go to the connection before. */
  handle(event: string, payload: Body, connection: SimulatedConnection): Body {
    if (this.failing > 0) {
      this.failing -= 1;
      throw toChatError({ status: 503, code: 'UNAVAILABLE' });
    }
    if (event === 'message:send') return this.accept(payload, connection);
    if (event === 'run:resume') return this.resume(payload, connection);
    const active = this.activeRun();
    return active ? { active_run: active } : {};
  }

  history(): Body {
    const answers = this.logs.flatMap(({ answer }) => answer ?? []);
    const questions = this.logs.map(({ question, runId, state, answer }) =>
      answer ? question : { ...question, metadata: { run_id: runId, state } },
    );
    const messages = [...questions, ...answers].sort((a, b) => a.position - b.position);
    return { session: { messages }, active_run: this.activeRun() };
  }

  private accept(payload: Body, connection: SimulatedConnection): Body {
    const id = String(payload.client_message_id);
    const known = this.known.get(id);
    const log = known ?? this.newLog(String(payload.session_id), String(payload.content));
    if (!known) {
      this.known.set(id, log);
      this.logs.push(log);
      for (const other of this.connections)
        if (other !== connection) other.push({ kind: 'created', message: log.question });
    }
    return { session_id: log.question.session_id, message: log.question, run_id: log.runId };
  }

  private newLog(session_id: string, content: string): Log {
    this.position += 2;
    const number = this.logs.length + 1;
    const parent_id = this.logs.at(-1)?.answerId ?? null;
    const question = {
      ...EMPTY,
      id: `q${number}`,
      content,
      session_id,
      position: this.position - 1,
      parent_id,
    };
    const run = { runId: `r${number}`, answerId: `a${number}`, question };
    return { ...run, epochs: [], state: 'queued', answer: null, trimmed: false };
  }

  private resume({ run_id, epoch, after_seq }: Body, connection: SimulatedConnection): Body {
    const log = this.logs.find(({ runId }) => runId === run_id);
    if (!log) throw toChatError({ status: 404, code: 'CHAT_RUN_NOT_FOUND' });
    if (log.trimmed) connection.push({ kind: 'answer', event: this.resync(log, epoch, after_seq) });
    else {
      const seen = epoch === log.epochs.length ? Number(after_seq) : 0;
      for (const event of log.epochs.at(-1)?.slice(seen) ?? []) connection.push({ kind: 'answer', event });
    }
    return { state: log.state };
  }

  /** An ended answer stands where the client stands, one under way where its last event is. */
  private resync(log: Log, epoch: unknown, seq: unknown): AnswerEvent {
    const place = log.answer ? { epoch, seq } : { epoch: log.epochs.length, seq: log.epochs.at(-1)!.length };
    const message = log.answer ?? this.messageOf(log, {});
    const ids = { session_id: log.question.session_id, run_id: log.runId };
    return { event: 'resync', reason: '', message, ...ids, ...place } as AnswerEvent;
  }

  private messageOf({ answerId, question, runId }: Log, metadata: Body): Message {
    return {
      ...EMPTY,
      id: answerId,
      type: 'assistant',
      content: this.texts(runId).at(-1)!,
      session_id: question.session_id,
      position: question.position + 1,
      parent_id: question.id,
      in_reply_to: question.id,
      metadata,
    };
  }

  private begin(log: Log): void {
    log.state = 'running';
    log.epochs.push([]);
    if (log.epochs.length > 1) this.log(log, { event: 'reset', reason: 'takeover' });
  }

  private end(log: Log): void {
    log.answer = this.messageOf(log, { run_id: log.runId, state: 'completed' });
    log.state = 'completed';
    this.log(log, { event: 'run.completed', message: log.answer });
  }

  private log(log: Log, body: object): void {
    const events = log.epochs.at(-1)!;
    const place = { run_id: log.runId, epoch: log.epochs.length, seq: events.length + 1 };
    const event = { ...body, session_id: log.question.session_id, ...place } as AnswerEvent;
    events.push(event);
    for (const connection of this.connections) connection.push({ kind: 'answer', event });
  }

  private activeRun(): Body | null {
    const log = this.logs.find(({ state }) => OPEN.includes(state));
    const epoch = log?.epochs.length ?? 0;
    const place = { epoch, seq: log?.epochs.at(-1)?.length ?? 0 };
    return log ? { run_id: log.runId, message_id: log.answerId, ...place, state: log.state } : null;
  }
}

const EMPTY: Message = {
  id: '',
  type: 'user',
  content: '',
  parts: [],
  timestamp: '',
  session_id: '',
  position: 0,
  parent_id: null,
  in_reply_to: null,
  agent_name: null,
  suggested_actions: [],
  metadata: {},
};

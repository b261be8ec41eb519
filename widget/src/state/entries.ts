import type { AnswerPart, ErrorBody, Message, RunState } from '../client/wire.js';
import type { ChatState, Outgoing } from './chat-state.js';
import { isOpen, stateOf, type Run } from './run.js';
import { saidIn } from './said.js';

export interface QuestionEntry {
  readonly kind: 'question';
  readonly key: string;
  readonly text: string;
  readonly at: string;
  readonly outgoing: Outgoing | null;
}

export interface AnswerEntry {
  readonly kind: 'answer';
  readonly key: string;
  readonly runId: string | null;
  readonly text: string;
  readonly parts: readonly AnswerPart[];
  readonly state: RunState;
  readonly status: string | null;
  readonly error: ErrorBody | null;
  readonly retriable: boolean;
  readonly agentName: string | null;
  readonly at: string | null;
  readonly suggestedActions: readonly string[];
}

export type Entry = QuestionEntry | AnswerEntry;

/** What the list shows, oldest first: every question with the newest answer to it. */
export function entriesOf(state: ChatState): Entry[] {
  const runs = new Map<string, Run>();
  for (const run of state.runs) {
    const question = questionIdOf(run, state.messages);
    if (question) runs.set(question, run);
  }
  const answers = new Map<string, Message>();
  for (const message of state.messages) if (message.in_reply_to) answers.set(message.in_reply_to, message);
  const asked = new Set(state.messages.filter((one) => one.type === 'user').map((one) => one.id));
  const entries: Entry[] = [];
  for (const message of state.messages) {
    if (message.type !== 'user') {
      if (!message.in_reply_to || !asked.has(message.in_reply_to)) entries.push(fromMessage(message));
      continue;
    }
    entries.push(questionEntry(message.id, message.content, message.timestamp, null));
    const answer = pick(runs.get(message.id), answers.get(message.id));
    if (answer) entries.push(answer);
  }
  return [
    ...entries,
    ...state.outgoing.map((one) => questionEntry(one.clientMessageId, one.content, one.at, one)),
  ];
}

function questionIdOf(run: Run, messages: readonly Message[]): string | null {
  if (run.inReplyTo) return run.inReplyTo;
  const stored = messages.find((message) => message.id === run.messageId);
  if (stored?.in_reply_to) return stored.in_reply_to;
  return messages.findLast((message) => message.type === 'user')?.id ?? null;
}

function pick(run: Run | undefined, stored: Message | undefined): AnswerEntry | null {
  if (run && (isOpen(run) || !stored || isLeftWithout(run, stored))) return fromRun(run);
  return stored ? fromMessage(stored) : null;
}

const isLeftWithout = (run: Run, stored: Message) =>
  run.message === null && run.state !== 'completed' && stored.metadata.run_id !== run.runId;

function fromRun(run: Run): AnswerEntry {
  return {
    kind: 'answer',
    key: run.messageId ?? run.runId,
    runId: run.runId,
    text: run.text,
    parts: run.parts,
    state: run.state,
    status: run.status,
    error: run.error,
    retriable: run.retriable,
    agentName: run.agentName,
    at: run.message?.timestamp ?? null,
    suggestedActions: run.message?.suggested_actions ?? [],
  };
}

function fromMessage(message: Message): AnswerEntry {
  const state = stateOf(message) ?? 'completed';
  const failure = message.parts.find((part) => part.type === 'error');
  const runId = typeof message.metadata.run_id === 'string' ? message.metadata.run_id : null;
  return {
    kind: 'answer',
    key: message.id,
    runId,
    ...(message.type === 'error' ? { text: '', parts: [] } : saidIn(message)),
    state,
    status: null,
    error: failure ? { ...failure, status: 500, title: failure.code } : null,
    retriable: state !== 'completed' && runId !== null && message.metadata.retriable !== false,
    agentName: message.agent_name,
    at: message.timestamp,
    suggestedActions: message.suggested_actions,
  };
}

function questionEntry(key: string, text: string, at: string, outgoing: Outgoing | null): QuestionEntry {
  return { kind: 'question', key, text, at, outgoing };
}

/** The run that can be stopped now: the one being answered, else the first that waits. */
export function stoppableRun(state: ChatState): Run | undefined {
  return state.runs.find((run) => isOpen(run) && run.state !== 'queued') ?? state.runs.find(isOpen);
}

import type { AnswerPart, ErrorBody, Message, RunState, Versions } from '../client/wire.js';
import type { ChatState, Outgoing } from './chat-state.js';
import { isOpen, stateOf, type Run } from './run.js';
import { saidIn } from './said.js';

interface Shown {
  /** The same for every version of a message, so that focus stays where it is when another one is shown. */
  readonly key: string;
  /** Null until the service has given it one. */
  readonly messageId: string | null;
  readonly versions: Versions | null;
}

export interface QuestionEntry extends Shown {
  readonly kind: 'question';
  readonly parentId: string | null;
  readonly text: string;
  readonly at: string;
  readonly outgoing: Outgoing | null;
}

export interface AnswerEntry extends Shown {
  readonly kind: 'answer';
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
  const entries = storedEntries(upToEdited(state));
  const keys = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    if (keys.has(entry.key)) entries[index] = { ...entry, key: entry.messageId ?? entry.key };
    keys.add(entry.key);
  }
  return [...entries, ...state.outgoing.map(outgoingEntry)];
}

/** While an edited question is on its way, what it takes the place of is not shown. */
function upToEdited(state: ChatState): ChatState {
  const edited = state.outgoing.find((one) => one.state === 'waiting' && one.parentId !== undefined);
  if (!edited) return state;
  const parent = state.messages.find(({ id }) => id === edited.parentId);
  const end = parent?.position ?? (edited.parentId === null ? -Infinity : Infinity);
  return { ...state, messages: state.messages.filter(({ position }) => position <= end) };
}

function storedEntries(state: ChatState): Entry[] {
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
      if (!message.in_reply_to || !asked.has(message.in_reply_to)) entries.push(loneAnswer(message));
      continue;
    }
    entries.push(storedQuestion(message));
    const answer = pick(message.id, runs.get(message.id), answers.get(message.id));
    if (answer) entries.push(answer);
  }
  return entries;
}

function questionIdOf(run: Run, messages: readonly Message[]): string | null {
  if (run.inReplyTo) return run.inReplyTo;
  const stored = messages.find((message) => message.id === run.messageId);
  if (stored?.in_reply_to) return stored.in_reply_to;
  return messages.findLast((message) => message.type === 'user')?.id ?? null;
}

function pick(questionId: string, run: Run | undefined, stored: Message | undefined): AnswerEntry | null {
  if (run && (isOpen(run) || !stored || isLeftWithout(run, stored)))
    return { ...fromRun(run), key: answerKey(questionId) };
  return stored ? storedAnswer(stored) : null;
}

const answerKey = (questionId: string | null) => `to ${questionId}`;

const isLeftWithout = (run: Run, stored: Message) =>
  run.message === null && !run.replaced && run.state !== 'completed' && stored.metadata.run_id !== run.runId;

function fromRun(run: Run): AnswerEntry {
  return {
    kind: 'answer',
    key: run.messageId ?? run.runId,
    messageId: run.messageId,
    versions: null,
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
    messageId: message.id,
    versions: message.branches ?? null,
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

const questionEntry = (message: Message): QuestionEntry => ({
  kind: 'question',
  key: `after ${message.parent_id}`,
  messageId: message.id,
  parentId: message.parent_id,
  versions: message.branches ?? null,
  text: message.content,
  at: message.timestamp,
  outgoing: null,
});

/** What was made of a message is the same object each time, so that it is drawn once. */
function once<T>(make: (message: Message) => T): (message: Message) => T {
  const made = new WeakMap<Message, T>();
  return (message) => {
    const known = made.get(message);
    if (known !== undefined) return known;
    const fresh = make(message);
    made.set(message, fresh);
    return fresh;
  };
}

const storedQuestion = once(questionEntry);
const loneAnswer = once(fromMessage);
const storedAnswer = once((message) => ({ ...fromMessage(message), key: answerKey(message.in_reply_to) }));

const outgoingEntry = (outgoing: Outgoing): QuestionEntry => ({
  kind: 'question',
  key: outgoing.clientMessageId,
  messageId: null,
  parentId: outgoing.parentId ?? null,
  versions: null,
  text: outgoing.content,
  at: outgoing.at,
  outgoing,
});

/** The run that can be stopped now: the one being answered, else the first that waits. */
export function stoppableRun(state: ChatState): Run | undefined {
  return state.runs.find((run) => isOpen(run) && run.state !== 'queued') ?? state.runs.find(isOpen);
}

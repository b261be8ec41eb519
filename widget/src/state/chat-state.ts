import type {
  ActiveRun,
  AnswerEvent,
  Assistant,
  ErrorBody,
  Message,
  RunState,
  SessionInfo,
} from '../client/wire.js';
import { applyEvent, newRun, runFromActive, runFromHistory, type Run } from './run.js';

export type ConnectionStatus =
  'connecting' | 'online' | 'reconnecting' | 'offline' | 'signed_out' | 'refused';

/** A question of this browser that the service has not confirmed yet. `error`: why it was not taken so far. */
export interface Outgoing {
  readonly clientMessageId: string;
  readonly content: string;
  readonly at: string;
  readonly state: 'waiting' | 'failed';
  readonly error: ErrorBody | null;
}

/** A sentence above the composer. `until`: milliseconds since 1970, for a wait. */
export interface Notice {
  readonly error: ErrorBody;
  readonly until?: number;
}

/** Everything that the panel shows. Changed only by `reduce`. */
export interface ChatState {
  readonly status: ConnectionStatus;
  readonly identity: SessionInfo | null;
  readonly assistant: Assistant | null;
  readonly sessionId: string | null;
  readonly messages: readonly Message[];
  readonly outgoing: readonly Outgoing[];
  /** In the order in which they were first seen. */
  readonly runs: readonly Run[];
  readonly hasEarlier: boolean;
  readonly loading: boolean;
  readonly otherDeviceTyping: boolean;
  readonly notice: Notice | null;
}

export const INITIAL: ChatState = {
  status: 'connecting',
  identity: null,
  assistant: null,
  sessionId: null,
  messages: [],
  outgoing: [],
  runs: [],
  hasEarlier: false,
  loading: false,
  otherDeviceTyping: false,
  notice: null,
};

export type Action =
  | { type: 'status'; status: ConnectionStatus }
  | { type: 'identified'; identity: SessionInfo; assistant: Assistant | null }
  | { type: 'wiped' }
  | { type: 'session'; sessionId: string | null }
  | { type: 'loading'; loading: boolean }
  | { type: 'history'; messages: readonly Message[]; hasEarlier: boolean; earlier: boolean }
  | { type: 'followed'; active: ActiveRun }
  | { type: 'restored'; runs: readonly Run[] }
  | { type: 'outbox'; outgoing: readonly Outgoing[] }
  | { type: 'sent'; clientMessageId: string; message: Message; runId: string }
  | { type: 'message'; message: Message }
  | { type: 'answer'; event: AnswerEvent }
  | { type: 'run_over'; runId: string; state: RunState }
  | { type: 'retrying'; runId: string; was: string }
  | { type: 'typing'; typing: boolean }
  | { type: 'notice'; notice: Notice | null };

const NO_SESSION = {
  sessionId: null,
  messages: [],
  outgoing: [],
  runs: [],
  hasEarlier: false,
  loading: false,
  otherDeviceTyping: false,
} as const satisfies Partial<ChatState>;

/** The next state. Pure; unknown runs and messages are taken in whatever order they come. */
export function reduce(state: ChatState, action: Action): ChatState {
  switch (action.type) {
    case 'status':
      return action.status === state.status ? state : { ...state, status: action.status };
    case 'identified':
      return { ...state, identity: action.identity, assistant: action.assistant };
    case 'wiped':
      return { ...INITIAL };
    case 'session':
      return { ...state, ...NO_SESSION, sessionId: action.sessionId, notice: null };
    case 'notice':
      return { ...state, notice: action.notice };
    case 'typing':
      return { ...state, otherDeviceTyping: action.typing };
    case 'outbox':
      return { ...state, outgoing: action.outgoing };
    default:
      return reduceConversation(state, action);
  }
}

type ConversationAction = Extract<
  Action,
  {
    type:
      | 'loading'
      | 'history'
      | 'followed'
      | 'restored'
      | 'sent'
      | 'message'
      | 'answer'
      | 'run_over'
      | 'retrying';
  }
>;

function reduceConversation(state: ChatState, action: ConversationAction): ChatState {
  switch (action.type) {
    case 'loading':
      return { ...state, loading: action.loading };
    case 'history':
      return reduceHistory(state, action);
    case 'followed':
      return withNew(state, [runFromActive(action.active)]);
    case 'restored':
      return withNew(state, action.runs);
    case 'sent': {
      const inReplyTo = action.message.id;
      return {
        ...state,
        outgoing: state.outgoing.filter((one) => one.clientMessageId !== action.clientMessageId),
        messages: upsert(state.messages, [action.message]),
        runs: withRun(state.runs, action.runId, (run) => (run.inReplyTo ? run : { ...run, inReplyTo })),
      };
    }
    case 'message':
      return { ...state, messages: upsert(state.messages, [action.message]) };
    case 'answer':
      return reduceAnswer(state, action.event);
    case 'run_over':
      return {
        ...state,
        runs: withRun(state.runs, action.runId, (run) => ({
          ...run,
          state: action.state,
          status: null,
          ahead: [],
        })),
      };
    case 'retrying': {
      const inReplyTo =
        state.runs.find((run) => run.runId === action.was)?.inReplyTo ?? questionOf(state, action.was);
      return { ...state, runs: withRun(state.runs, action.runId, (run) => ({ ...run, inReplyTo })) };
    }
  }
}

/** A newest page that does not reach down to what is shown takes its place, so that there is never a hole. */
function reduceHistory(state: ChatState, action: Extract<Action, { type: 'history' }>): ChatState {
  const { messages, hasEarlier, earlier } = action;
  const apart =
    !earlier && hasEarlier && !messages.some(({ id }) => state.messages.some((one) => one.id === id));
  const known = apart ? [] : state.messages;
  const all = upsert(known, messages);
  const answered = new Set(all.map((message) => message.in_reply_to));
  const unanswered = messages.flatMap((message) => (answered.has(message.id) ? [] : runOf(message)));
  const next = {
    ...state,
    hasEarlier: earlier || known.length === 0 ? hasEarlier : state.hasEarlier,
    messages: all,
  };
  return withNew(next, unanswered);
}

/** The run of a question without an answer, as the history tells it. */
function runOf(question: Message): Run[] {
  const { run_id: runId, state } = question.metadata;
  if (typeof runId !== 'string' || question.type !== 'user') return [];
  return [runFromHistory(runId, question.id, state as RunState)];
}

/** Adds runs of which nothing was known, and to the others which question they answer. */
function withNew(state: ChatState, runs: readonly Run[]): ChatState {
  const given = new Map(runs.map((run) => [run.runId, run]));
  const known = state.runs.map((run) => {
    const { inReplyTo } = given.get(run.runId) ?? run;
    given.delete(run.runId);
    return run.inReplyTo || !inReplyTo ? run : { ...run, inReplyTo };
  });
  return { ...state, runs: [...known, ...given.values()] };
}

function questionOf(state: ChatState, runId: string): string | null {
  return state.messages.find((message) => message.metadata.run_id === runId)?.in_reply_to ?? null;
}

function reduceAnswer(state: ChatState, event: AnswerEvent): ChatState {
  const before = state.runs.find((run) => run.runId === event.run_id);
  const runs = withRun(state.runs, event.run_id, (run) => applyEvent(run, event));
  const after = runs.find((run) => run.runId === event.run_id);
  if (before === after) return state;
  const messages =
    after?.message && after.message !== before?.message
      ? upsert(state.messages, [after.message])
      : state.messages;
  return { ...state, runs, messages };
}

function withRun(runs: readonly Run[], runId: string, change: (run: Run) => Run): readonly Run[] {
  const known = runs.find((run) => run.runId === runId);
  if (!known) return [...runs, change(newRun(runId))];
  return runs.map((run) => (run === known ? change(run) : run));
}

function upsert(messages: readonly Message[], more: readonly Message[]): readonly Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const message of more) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => a.position - b.position);
}

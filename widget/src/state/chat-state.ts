import type {
  ActiveRun,
  AnswerEvent,
  Assistant,
  ErrorBody,
  Message,
  RunState,
  SessionInfo,
} from '../client/wire.js';
import { applyEvent, newRun, runFromActive, type Run } from './run.js';

export type ConnectionStatus =
  'connecting' | 'online' | 'reconnecting' | 'offline' | 'signed_out' | 'refused';

/** A question of this device that the service has not confirmed yet. */
export interface Outgoing {
  readonly clientMessageId: string;
  readonly content: string;
  readonly at: string;
  readonly state: 'sending' | 'failed';
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
  | { type: 'identified'; identity: SessionInfo; assistant: Assistant }
  | { type: 'wiped' }
  | { type: 'session'; sessionId: string | null }
  | { type: 'loading'; loading: boolean }
  | { type: 'history'; messages: readonly Message[]; hasEarlier: boolean; earlier: boolean }
  | { type: 'followed'; active: ActiveRun }
  | { type: 'sending'; outgoing: Outgoing }
  | { type: 'sent'; clientMessageId: string; message: Message; runId: string }
  | { type: 'send_failed'; clientMessageId: string; error: ErrorBody }
  | { type: 'unsend'; clientMessageId: string }
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
    case 'sending':
    case 'sent':
    case 'send_failed':
    case 'unsend':
      return reduceOutgoing(state, action);
    default:
      return reduceConversation(state, action);
  }
}

type OutgoingAction = Extract<Action, { type: 'sending' | 'sent' | 'send_failed' | 'unsend' }>;

function reduceOutgoing(state: ChatState, action: OutgoingAction): ChatState {
  const id = action.type === 'sending' ? action.outgoing.clientMessageId : action.clientMessageId;
  const others = state.outgoing.filter((one) => one.clientMessageId !== id);
  switch (action.type) {
    case 'sending':
      return { ...state, outgoing: replace(state.outgoing, action.outgoing), notice: null };
    case 'unsend':
      return { ...state, outgoing: others };
    case 'send_failed':
      return {
        ...state,
        outgoing: state.outgoing.map((one) =>
          one.clientMessageId === id ? { ...one, state: 'failed' as const, error: action.error } : one,
        ),
      };
    case 'sent': {
      const known = { inReplyTo: action.message.id };
      return {
        ...state,
        outgoing: others,
        messages: upsert(state.messages, [action.message]),
        runs: withRun(state.runs, action.runId, (run) => (run.inReplyTo ? run : { ...run, ...known })),
      };
    }
  }
}

function replace(list: readonly Outgoing[], one: Outgoing): readonly Outgoing[] {
  const known = list.some((other) => other.clientMessageId === one.clientMessageId);
  if (!known) return [...list, one];
  return list.map((other) => (other.clientMessageId === one.clientMessageId ? one : other));
}

type ConversationAction = Extract<
  Action,
  { type: 'loading' | 'history' | 'followed' | 'message' | 'answer' | 'run_over' | 'retrying' }
>;

function reduceConversation(state: ChatState, action: ConversationAction): ChatState {
  switch (action.type) {
    case 'loading':
      return { ...state, loading: action.loading };
    case 'history':
      return {
        ...state,
        hasEarlier: action.earlier || state.messages.length === 0 ? action.hasEarlier : state.hasEarlier,
        messages: upsert(state.messages, action.messages),
      };
    case 'followed':
      if (state.runs.some((run) => run.runId === action.active.run_id)) return state;
      return { ...state, runs: [...state.runs, runFromActive(action.active)] };
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

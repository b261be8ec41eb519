import type {
  ActiveRun,
  AnswerEvent,
  Assistant,
  ErrorBody,
  Message,
  RunState,
  SessionInfo,
} from '../client/wire.js';
import { type HistoryPage, upsert, withNew, withPage, withQuestion } from './history.js';
import { applyEvent, newRun, runFromActive, type Run } from './run.js';

export type ConnectionStatus =
  'connecting' | 'online' | 'reconnecting' | 'offline' | 'signed_out' | 'refused';

/** A question of this browser that the service has not confirmed yet. `error`: why it was not taken so far. */
export interface Outgoing {
  readonly clientMessageId: string;
  readonly content: string;
  readonly at: string;
  readonly state: 'waiting' | 'failed';
  readonly error: ErrorBody | null;
  /** Of a question that was edited: the message that it follows as a new branch; null where it begins anew. */
  readonly parentId?: string | null;
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
  | ({ type: 'history' } & HistoryPage)
  | { type: 'followed'; active: ActiveRun }
  | { type: 'restored'; runs: readonly Run[] }
  | { type: 'outbox'; outgoing: readonly Outgoing[] }
  | { type: 'sent'; clientMessageId: string; message: Message; runId: string }
  | { type: 'message'; message: Message }
  | { type: 'answer'; event: AnswerEvent }
  | { type: 'run_over'; runId: string; state: RunState }
  | { type: 'retrying'; runId: string; was: string }
  | { type: 'regenerating'; runId: string; messageId: string; questionId: string }
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
      | 'retrying'
      | 'regenerating';
  }
>;

function reduceConversation(state: ChatState, action: ConversationAction): ChatState {
  switch (action.type) {
    case 'loading':
      return { ...state, loading: action.loading };
    case 'history':
      return withPage(state, action);
    case 'followed':
      return { ...state, runs: withNew(state.runs, [runFromActive(action.active)]) };
    case 'restored':
      return { ...state, runs: withNew(state.runs, action.runs) };
    case 'sent': {
      const inReplyTo = action.message.id;
      return {
        ...state,
        outgoing: state.outgoing.filter((one) => one.clientMessageId !== action.clientMessageId),
        messages: withQuestion(state.messages, action.message),
        runs: withRun(state.runs, action.runId, (run) => (run.inReplyTo ? run : { ...run, inReplyTo })),
      };
    }
    case 'message':
      return { ...state, messages: withQuestion(state.messages, action.message) };
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
    case 'regenerating':
      return reduceRegenerating(state, action);
  }
}

/** What followed the question belongs to the branch of the former answer. */
function reduceRegenerating(state: ChatState, action: Extract<Action, { type: 'regenerating' }>): ChatState {
  const { runId, messageId, questionId: inReplyTo } = action;
  const question = state.messages.find(({ id }) => id === inReplyTo);
  const runs = withRun(state.runs, runId, (run) => ({ ...run, inReplyTo, messageId }));
  if (!question) return { ...state, runs };
  const messages = state.messages.filter(
    ({ id, position }) => position <= question.position || id === messageId,
  );
  return { ...state, runs, messages };
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

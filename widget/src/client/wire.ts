/** The shapes that the service sends and takes; see /chat/docs and /chat/asyncapi.json. */
import type { SessionList as SessionListAnswer } from '../../../src/conversations/conversations.contract.js';
import type { AnswerPart } from '../../../src/common/parts/answer-part.contract.js';

export type { AnswerPart, DataPart, TableColumn } from '../../../src/common/parts/answer-part.contract.js';
export type { GiveFeedback, Rating } from '../../../src/conversations/feedback/feedback.contract.js';
export type {
  SessionList as SessionListAnswer,
  SessionSummary,
  UpdateSession as SessionChange,
} from '../../../src/conversations/conversations.contract.js';
export type { ChannelSpec, ChartSpec } from '../../../src/common/parts/chart-spec.contract.js';
export type { Cell, DataColumn, DataRow } from '../../../src/common/parts/data-column.contract.js';

/** A conversation of the list; `match` where a message of it fits the search. */
export type ListedSession = SessionListAnswer['sessions'][number];

export interface ErrorBody {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly request_id?: string;
}

export interface Message {
  readonly id: string;
  readonly type: 'user' | 'assistant' | 'system' | 'agent' | 'error';
  readonly content: string;
  readonly parts: readonly AnswerPart[];
  readonly timestamp: string;
  readonly session_id: string;
  readonly position: number;
  /** The message before it on its branch; null for the first. */
  readonly parent_id: string | null;
  readonly in_reply_to: string | null;
  readonly agent_name: string | null;
  readonly suggested_actions: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Where there are several versions of it; only the history tells. */
  readonly branches?: Versions;
}

/** Versions of a message: which one this is, from 1, and all of them in the order in which they were made. */
export interface Versions {
  readonly index: number;
  readonly count: number;
  readonly ids: readonly string[];
}

export type RunState =
  'queued' | 'running' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled' | 'interrupted';

export interface ActiveRun {
  readonly run_id: string;
  readonly message_id: string;
  readonly epoch: number;
  readonly seq: number;
  readonly state: RunState;
}

type AnswerBody =
  | { readonly event: 'reset'; readonly reason: string }
  | {
      readonly event: 'run.started';
      readonly message_id: string;
      readonly in_reply_to: string;
      readonly agent_name: string;
      readonly assistant_name: string;
    }
  | { readonly event: 'run.status'; readonly text: string }
  | { readonly event: 'text.delta'; readonly text: string }
  | { readonly event: 'part'; readonly part: AnswerPart }
  | { readonly event: 'run.awaiting_approval'; readonly approval_id: string }
  | { readonly event: 'run.completed'; readonly message: Message }
  | { readonly event: 'run.failed'; readonly error: ErrorBody; readonly retriable: boolean }
  | { readonly event: 'run.cancelled'; readonly message: Message | null }
  | { readonly event: 'run.interrupted'; readonly retriable: boolean }
  | { readonly event: 'resync'; readonly reason: string; readonly message: Message | null };

/** One event of an answer. `seq` counts from 1 without gaps within an epoch. */
export type AnswerEvent = AnswerBody & {
  readonly session_id: string;
  readonly run_id: string;
  readonly epoch: number;
  readonly seq: number;
};

export interface Assistant {
  readonly name: string;
  readonly description: string;
  readonly role: string;
  readonly avatar: string;
  readonly capabilities: readonly string[];
  readonly available_agents: readonly string[];
  readonly greeting_message: string;
  readonly suggested_questions?: readonly string[];
  readonly max_message_length?: number;
}

export interface SessionInfo {
  readonly user_id: string;
  readonly tenant_id: string;
  readonly email: string | null;
}

export interface AssistantsAnswer {
  readonly role: string;
  readonly assistant: Assistant;
  readonly session_info: SessionInfo;
}

export interface HistoryAnswer {
  readonly session: { readonly id: string; readonly messages: readonly Message[] };
  readonly message_count: number;
  readonly active_run?: ActiveRun | null;
}

export interface RegenerateAck {
  readonly run_id: string;
  readonly message_id: string;
  readonly session_id: string;
}

export interface SendAck {
  readonly session_id: string;
  readonly message: Message;
  readonly run_id: string;
}

/** The shapes that the service sends and takes; see /chat/docs and /chat/asyncapi.json. */

export interface ErrorBody {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly request_id?: string;
}

export interface TableColumn {
  readonly key: string;
  readonly label: string;
  readonly type: string;
  readonly unit?: string;
  readonly align?: 'left' | 'right' | 'center';
}

type Rows = readonly Readonly<Record<string, unknown>>[];

export type AnswerPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'citation'; readonly title: string; readonly locator: string; readonly quote: string }
  | {
      readonly type: 'table';
      readonly columns: readonly TableColumn[];
      readonly rows: Rows;
      readonly total: number;
      readonly source: string;
      readonly as_of: string;
    }
  | {
      readonly type: 'metric';
      readonly label: string;
      readonly value: number;
      readonly unit?: string;
      readonly change?: number;
      readonly source: string;
      readonly as_of: string;
    }
  | {
      readonly type: 'chart';
      readonly title: string;
      readonly summary: string;
      readonly rows: Rows;
      readonly source: string;
      readonly as_of: string;
    }
  | { readonly type: 'file'; readonly file_id: string; readonly filename: string }
  | { readonly type: 'approval'; readonly approval_id: string; readonly tool: string; readonly state: string }
  | { readonly type: 'error'; readonly code: string; readonly detail: string };

export interface Message {
  readonly id: string;
  readonly type: 'user' | 'assistant' | 'system' | 'agent' | 'error';
  readonly content: string;
  readonly parts: readonly AnswerPart[];
  readonly timestamp: string;
  readonly session_id: string;
  readonly position: number;
  readonly in_reply_to: string | null;
  readonly agent_name: string | null;
  readonly suggested_actions: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
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

export interface SendAck {
  readonly session_id: string;
  readonly message: Message;
  readonly run_id: string;
}

/** A place in a run's log. */
export interface Place {
  readonly epoch: number;
  readonly seq: number;
}

/** What a client got of one answer event, without what no check reads. */
export interface GotEvent extends Place {
  readonly event: string;
  readonly run: string;
  readonly text?: string;
  /** Of events that carry a message: its id and content; null where the message is null. */
  readonly message?: { readonly id: string; readonly content: string; readonly state?: string } | null;
}

export type Transport = 'socketio' | 'raw' | 'rest';
export type Action = 'send' | 'stop' | 'retry' | 'resume' | 'decide';

/** Where something happened: a client's n-th connection, to a node. */
export interface Spot {
  readonly client: string;
  readonly connection: number;
  readonly node: number;
  readonly transport: Transport;
  readonly session: string;
}

/** A client begins an operation. `key` is its client_message_id. */
export interface Invoked extends Spot {
  readonly kind: 'invoke';
  readonly op: number;
  readonly action: Action;
  readonly key?: string;
  readonly content?: string;
  readonly run?: string;
  readonly from?: Place;
}

/**
 * How an operation ended: `ok` was acknowledged, `fail` was refused for good, `unknown` may or may not have happened.
 */
export interface Ended {
  readonly kind: 'ok' | 'fail' | 'unknown';
  readonly op: number;
  readonly run?: string;
  readonly message?: string;
  readonly position?: number;
  readonly state?: string;
  readonly code?: string;
  readonly retryAfter?: boolean;
}

export interface Shown extends Spot {
  readonly kind: 'event';
  readonly got: GotEvent;
}

/** A question that another device sent, as this one was told. */
export interface Created extends Spot {
  readonly kind: 'created';
  readonly message: string;
  readonly position?: number;
  readonly run?: string;
}

export interface HistoryRead {
  readonly kind: 'history';
  readonly node: number;
  readonly session: string;
  readonly messages: readonly {
    readonly id: string;
    readonly type: string;
    readonly position: number;
    readonly content: string;
  }[];
}

/** Something was broken on purpose. */
export interface Fault {
  readonly kind: 'fault';
  readonly name: string;
  readonly node?: number;
}

/** A run lost its node: how long until another took it over or it ended. `lastSeq`: the old epoch's log at that moment. */
export interface TakenOver extends Place {
  readonly kind: 'takeover';
  readonly run: string;
  /** Milliseconds; absent where it was not taken over while somebody watched. */
  readonly ms?: number;
}

/** A node was told to go. */
export interface Drained {
  readonly kind: 'drain';
  readonly node: number;
  readonly ms: number;
  readonly code: number | null;
}

/** How often the model was asked a question, by its nonce's id. */
export interface Called {
  readonly kind: 'calls';
  readonly nonce: string;
  readonly count: number;
}

/** Something was changed that cannot be taken back: by a step of a run. */
export interface Changed {
  readonly kind: 'changed';
  readonly run: string;
  readonly step: string;
}

export type Fact =
  Invoked | Ended | Shown | Created | HistoryRead | Fault | TakenOver | Drained | Called | Changed;

/** `at`: milliseconds since the record began, by one clock. */
export type Entry = Fact & { readonly at: number };

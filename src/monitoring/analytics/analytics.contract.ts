/** Whose figures: the caller's own, those of its tenant, or those of all tenants. */
export type FiguresScope = 'own' | 'tenant' | 'platform';

/** Rows that were read in one transaction, and when, by the database's clock. */
export interface Read<Row> {
  readonly asOf: Date;
  readonly rows: readonly Row[];
}

/** What one period of the usage ledger counts: every ended answer is one question. */
export interface LedgerCounts {
  readonly questions: number;
  readonly answers: number;
  readonly users: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface LedgerDay extends LedgerCounts {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
}

export interface LedgerEngine extends LedgerCounts {
  readonly engine: string;
}

/** Times of the answers of one period in seconds; null where none ended in it. */
export interface AnswerTimes {
  readonly answers: number;
  readonly first_p50: number | null;
  readonly first_p95: number | null;
  readonly whole_p50: number | null;
  readonly whole_p95: number | null;
}

export interface AnswerTimesAt extends AnswerTimes {
  /** Beginning of the hour or day, UTC. */
  readonly at: Date;
}

export interface ConversationDay {
  readonly day: string;
  readonly conversations: number;
  readonly messages: number;
  readonly active_users: number;
}

export interface FeedbackDay {
  readonly day: string;
  readonly up: number;
  readonly down: number;
}

export interface Topic {
  readonly term: string;
  readonly questions: number;
  readonly users: number;
}

/** One week of a cohort: how many of the users who began in the week `cohort` were active `week` weeks later. */
export interface RetentionWeek {
  /** Monday of the week in which they asked first, YYYY-MM-DD. */
  readonly cohort: string;
  readonly week: number;
  readonly size: number;
  readonly users: number;
}

export interface FailureHour {
  readonly at: Date;
  readonly failures: number;
}

export interface FailureCode {
  readonly code: string;
  readonly failures: number;
  readonly last: Date;
}

export interface SecurityEvents {
  readonly action: string;
  readonly outcome: string;
  readonly code: string;
  readonly events: number;
  readonly users: number;
  readonly last: Date;
}

export interface SecurityHour {
  readonly at: Date;
  readonly refused: number;
  readonly failed: number;
}

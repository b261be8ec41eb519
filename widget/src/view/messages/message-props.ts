import type { GiveFeedback } from '../../client/wire.js';
import type { AnswerEntry, QuestionEntry } from '../../state/entries.js';

/** What an answer needs to be shown. */
export interface AnswerProps {
  readonly entry: AnswerEntry;
  readonly name: string;
  readonly locale: string | undefined;
  readonly isLast: boolean;
  readonly disabled: boolean;
  onRetry(runId: string): void;
  onRegenerate(messageId: string): void;
  onVersion(messageId: string): void;
  onRate(messageId: string, said: GiveFeedback): Promise<boolean>;
  onAsk(text: string): void;
  csvOf(datasetId: string): Promise<Blob | undefined>;
  onDecide(runId: string, approvalId: string, approved: boolean): Promise<boolean>;
}

/** What can be done with a question that was not sent. */
export interface UnsentActions {
  onSendAgain(clientMessageId: string): void;
  onEdit(clientMessageId: string, text: string): void;
  onDiscard(clientMessageId: string): void;
}

/** What a question needs to be shown. */
export interface QuestionProps extends UnsentActions {
  readonly entry: QuestionEntry;
  readonly online: boolean;
  readonly maxLength: number;
  readonly locale: string | undefined;
  onResend(text: string, parentId: string | null): void;
  onVersion(messageId: string): void;
}

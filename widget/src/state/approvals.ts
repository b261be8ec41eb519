import type { AnswerPart } from '../client/wire.js';
import type { Run } from './run.js';

export type ApprovalPart = Extract<AnswerPart, { type: 'approval' }>;

/** The newest approval that an answer shows, of those that were followed here. */
export function newestApproval(runs: readonly Run[]): ApprovalPart | undefined {
  return runs
    .flatMap(({ parts }) => parts)
    .findLast((part): part is ApprovalPart => part.type === 'approval');
}

/**
 * Whether a change is worth a sentence: something is asked, or what was asked is decided. What was decided before it
 * was seen here is not.
 */
export function isNews(before: ApprovalPart | undefined, now: ApprovalPart): boolean {
  const same = before?.approval_id === now.approval_id;
  return now.state === 'pending' ? !same : same && before?.state === 'pending';
}

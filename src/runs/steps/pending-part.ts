import type { AnswerPart } from '../../common/parts/answer-part.contract.js';
import type { PendingApproval } from './steps.contract.js';

/** The part that puts a step before a person. */
export function pendingPart(step: PendingApproval): Extract<AnswerPart, { type: 'approval' }> {
  return {
    type: 'approval',
    approval_id: step.approvalId,
    tool: step.tool,
    arguments: { ...step.arguments },
    expires_at: step.expiresAt.toISOString(),
    state: 'pending',
  };
}

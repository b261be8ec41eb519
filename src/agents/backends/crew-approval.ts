import type { Principal } from '../../auth/principal.js';
import { newId } from '../../common/ids.js';
import type { CrewQuestion, CrewReference, HumanDecision } from '../../crewai/crew.contract.js';
import type { ApprovalDecision, ApprovalRequest } from '../agents.contract.js';

/** Under this name a crew's question to a person is shown, like a call of a tool. */
export const CREW_INPUT = 'crew_input';

const NOBODY = 'Nobody decided in time.';

export interface CrewWait {
  /** To be stored before the request is shown. */
  readonly reference: CrewReference;
  readonly request: ApprovalRequest;
}

/**
 * In: who asked, what is known of a crew's work, and its question. Out: undefined where the crew cannot be given a
 * decision, or that person may decide nothing.
 */
export function waitOf(
  { role }: Principal,
  reference: CrewReference | undefined,
  { ids, text }: CrewQuestion,
): CrewWait | undefined {
  if (role === 'readonly' || ids.length === 0) return undefined;
  if (reference?.contract !== 'amp' || reference.id === undefined) return undefined;
  const approvalId = newId();
  return {
    reference: { ...reference, waits: { approvalId, ids: [...ids] } },
    request: { approvalId, step: `crew:${approvalId}`, tool: CREW_INPUT, arguments: { question: text } },
  };
}

/** Out: what to tell the crew; undefined where the decision is not the one that it waits for. */
export function decisionFor(
  waits: CrewReference['waits'],
  decision: ApprovalDecision | undefined,
): HumanDecision | undefined {
  if (!waits || decision?.approvalId !== waits.approvalId) return undefined;
  const comment = decision.comment ?? (decision.state === 'expired' ? NOBODY : '');
  return { ids: waits.ids, approved: decision.state === 'approved', comment };
}

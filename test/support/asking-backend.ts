import type { NestExpressApplication } from '@nestjs/platform-express';
import { AgentRunner } from '../../src/agents/agent-runner.service.js';
import type { ApprovalDecision, StepState } from '../../src/agents/agents.contract.js';
import {
  AgentBackend,
  type AssignedTurn,
  type BackendEvent,
} from '../../src/agents/backends/agent-backend.js';
import { newId } from '../../src/common/ids.js';

export const ARGUMENTS = { title: 'Spring campaign', notify: ['ann', 'bob'], budget: { eur: 12.5 } };

/** What was changed, by run, over all nodes that share it. */
export class Effects {
  readonly done: string[] = [];
  /** Held after a change, before it is stored that it was made. */
  hold: Promise<void> | undefined;

  of(runId: string): number {
    return this.done.filter((id) => id === runId).length;
  }
}

/** Asks a person before it changes something: once, or for each of two steps where the question begins with "Twice". */
class AskingBackend extends AgentBackend {
  constructor(private readonly effects: Effects) {
    super();
  }

  async *run(turn: AssignedTurn): AsyncGenerator<BackendEvent> {
    const asked = turn.decision ? Number(turn.decision.step.slice(1)) : 0;
    if (turn.decision) yield { type: 'delta', text: await this.goOn(turn, turn.decision) };
    else yield { type: 'delta', text: 'I would change the title.' };
    if (asked < (turn.question.content.startsWith('Twice') ? 2 : 1)) {
      yield { type: 'part', part: { type: 'citation', title: `note ${asked}`, locator: 'here', quote: '' } };
      yield { type: 'reference', reference: { asked: asked + 1, before: turn.backendRef ?? null } };
      yield {
        type: 'approval',
        request: { approvalId: newId(), step: `s${asked + 1}`, tool: 'change_title', arguments: ARGUMENTS },
      };
      throw new Error('It was asked for more after it had to wait');
    }
    const result = { engine: 'local' as const, model: null, usage: null, sources: [] };
    yield { type: 'end', result: { ...result, notes: { reference: turn.backendRef } } };
  }

  private async goOn(turn: AssignedTurn, decision: ApprovalDecision): Promise<string> {
    if (decision.state !== 'approved')
      return `Not done: ${decision.state}, ${decision.comment ?? 'no comment'}.`;
    const { steps, runId } = turn;
    if (!steps) throw new Error('A turn came without a journal');
    const begun = await steps.begin(decision.step, { tool: decision.tool, arguments: decision.arguments });
    if (begun.state === 'begun') {
      this.effects.done.push(runId);
      await this.effects.hold;
      await steps.end(decision.step, { ok: true, result: { changed: 1 } });
    }
    return SAID[begun.state];
  }
}

const SAID: Readonly<Record<StepState['state'], string>> = {
  begun: 'It is done.',
  done: 'It was done before.',
  unknown: 'It may be done.',
};

/** Lets a running service answer every question by asking a person first, but for those that begin with "Plain". */
export function addAskingBackend(app: NestExpressApplication, effects: Effects): void {
  const runner = app.get(AgentRunner) as unknown as { backendFor: (turn: AssignedTurn) => AgentBackend };
  const usual = runner.backendFor;
  const asking = new AskingBackend(effects);
  runner.backendFor = (turn) => (turn.question.content.startsWith('Plain') ? usual(turn) : asking);
}

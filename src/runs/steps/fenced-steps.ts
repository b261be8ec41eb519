import { HandedOver } from '../../common/handed-over.js';
import type { ClaimedRun } from '../runs.contract.js';
import type { StepCall, StepJournal, StepOutcome, StepState } from './steps.contract.js';
import type { StepsRepository } from './steps.repository.js';

/** The journal of one run in one epoch. */
export class FencedSteps implements StepJournal {
  constructor(
    private readonly run: Pick<ClaimedRun, 'id' | 'epoch'>,
    private readonly steps: Pick<StepsRepository, 'begin' | 'end'>,
  ) {}

  async begin(step: string, call: StepCall): Promise<StepState> {
    const row = await this.steps.begin(this.run, step, call);
    switch (row?.outcome) {
      case 'begun':
        return { state: 'begun' };
      case 'done':
        return { state: 'done', result: row.result };
      case 'unknown':
        return { state: 'unknown' };
      case 'barred':
        throw new Error(`The step of ${call.tool} is not the one that was agreed to`);
      case 'lost':
      case undefined:
        throw new HandedOver();
    }
  }

  async end(step: string, outcome: StepOutcome): Promise<void> {
    if (!(await this.steps.end(this.run, step, outcome))) throw new HandedOver();
  }
}

import { Injectable } from '@nestjs/common';
import type { Answer } from '../agents/agents.contract.js';
import { AssistantsService } from '../assistants/assistants.service.js';
import type { ContextTrace } from '../memory/memory.contract.js';
import { SummaryKeeper } from '../memory/summary-keeper.service.js';
import { TitleKeeper } from '../memory/titles/title-keeper.service.js';
import { FanOut } from '../redis/fan-out.js';
import type { ClaimedRun } from '../runs/runs.contract.js';
import { userChannel } from './live/live-events.js';

/** What follows an answer that was given, with nobody waiting for it. */
@Injectable()
export class Afterwards {
  constructor(
    private readonly summaries: SummaryKeeper,
    private readonly titles: TitleKeeper,
    private readonly assistants: AssistantsService,
    private readonly fanOut: FanOut,
  ) {}

  /** Tells the user's devices that something was said in the session, or that it has another title. */
  touch(run: ClaimedRun): void {
    this.fanOut.publish(userChannel(run), { kind: 'touched', sessionId: run.sessionId });
  }

  /** Returns at once. */
  answered(run: ClaimedRun, { notes }: Answer): void {
    const { tenantId, userId, sessionId, id: runId, answerId, position } = run;
    const turn = { tenantId, userId, sessionId, runId, answerId, position };
    const { contextLimits } = this.assistants.forRole(run.principal.role);
    this.titles.consider({ ...turn, titled: () => this.touch(run) });
    this.summaries.consider({
      ...turn,
      given: notes['context'] as ContextTrace | undefined,
      limits: { maxMessages: contextLimits.max_messages, maxTokens: contextLimits.max_tokens },
    });
  }
}

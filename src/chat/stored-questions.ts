import { Injectable } from '@nestjs/common';
import { ConversationsService } from '../conversations/conversations.service.js';
import type { ClaimedRun } from '../runs/runs.contract.js';

export interface StoredQuestion {
  readonly content: string;
  readonly agentName: string | null;
  readonly context: Readonly<Record<string, unknown>>;
}

const REMEMBERED = 1000;

/**
 * The questions of runs. A question that was accepted by this process a moment ago is still at hand;
 * any other is read from the conversation.
 */
@Injectable()
export class StoredQuestions {
  private readonly recent = new Map<string, string>();

  constructor(private readonly conversations: ConversationsService) {}

  /** Keeps the text of a question until its run begins. */
  remember(questionId: string, content: string): void {
    this.recent.set(questionId, content);
    if (this.recent.size > REMEMBERED) this.recent.delete(this.recent.keys().next().value as string);
  }

  async find(run: ClaimedRun): Promise<StoredQuestion> {
    const { agent_name: agentName, context } = run.request as {
      agent_name?: string | null;
      context?: Record<string, unknown>;
    };
    const known = this.recent.get(run.questionId);
    this.recent.delete(run.questionId);
    const content = known ?? (await this.conversations.findMessage(run, run.questionId))?.content;
    if (content === undefined) throw new Error('The question of a run is gone');
    return { content, agentName: agentName ?? null, context: context ?? {} };
  }
}

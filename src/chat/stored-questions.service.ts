import { Injectable } from '@nestjs/common';
import type { PastMessage } from '../conversations/conversations.reader.js';
import { ChatConfig } from '../config/config.js';
import { ConversationsService } from '../conversations/conversations.service.js';
import type { ShownFacts } from '../memory/memory.contract.js';
import type { ClaimedRun } from '../runs/runs.contract.js';

/** How a run was asked, as its row keeps it. */
export interface RunRequest {
  readonly agent_name: string | null;
  readonly context: Readonly<Record<string, unknown>>;
}

/** What accepting a question has at hand for the run that it claims. */
export interface QuestionAtHand {
  readonly content: string;
  /** The messages before the question on its branch, oldest first. */
  readonly past: readonly PastMessage[];
  /** What memory keeps of older turns of the branch. */
  readonly summary: unknown;
  /** What is remembered of the user, where that is at hand. */
  readonly facts?: ShownFacts | undefined;
  /** Of the session, as it was when the question was asked. */
  readonly context: Readonly<Record<string, unknown>>;
}

export interface StoredQuestion {
  readonly content: string;
  /** The messages before it on its branch, oldest first. */
  readonly past: readonly PastMessage[];
  /** What memory keeps of older turns of the branch. */
  readonly summary: unknown;
  /** What is remembered of the user, where that is at hand. */
  readonly facts?: ShownFacts | undefined;
  readonly agentName: string | null;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The questions of runs: at hand with a run that was claimed as it was accepted, else read from the conversation. */
@Injectable()
export class StoredQuestions {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly config: ChatConfig,
  ) {}

  async find(run: ClaimedRun): Promise<StoredQuestion> {
    const { agent_name: agentName, context } = run.request as unknown as RunRequest;
    const known = run.atHand as QuestionAtHand | undefined;
    const content = known?.content ?? (await this.conversations.findMessage(run, run.questionId))?.content;
    if (content === undefined) throw new Error('The question of a run is gone');
    const { past, summary } = known ?? (await this.pastOf(run));
    return { content, past, summary, facts: known?.facts, agentName, context: known?.context ?? context };
  }

  private async pastOf(run: ClaimedRun): Promise<Pick<StoredQuestion, 'past' | 'summary'>> {
    const { principal, sessionId, questionId } = run;
    const [past, summary] = await Promise.all([
      this.conversations.messagesBefore(principal, sessionId, questionId, this.config.maxHistory),
      this.conversations.summaryBefore(principal, sessionId, questionId),
    ]);
    return { past, summary };
  }
}

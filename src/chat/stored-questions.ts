import { Injectable } from '@nestjs/common';
import type { PastMessage } from '../conversations/conversations.reader.js';
import { ConversationsService } from '../conversations/conversations.service.js';
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
}

export interface StoredQuestion {
  readonly content: string;
  /** Absent where nobody has read them yet. */
  readonly past: readonly PastMessage[] | undefined;
  readonly agentName: string | null;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The questions of runs: at hand with a run that was claimed as it was accepted, else read from the conversation. */
@Injectable()
export class StoredQuestions {
  constructor(private readonly conversations: ConversationsService) {}

  async find(run: ClaimedRun): Promise<StoredQuestion> {
    const { agent_name: agentName, context } = run.request as unknown as RunRequest;
    const known = run.atHand as QuestionAtHand | undefined;
    const content = known?.content ?? (await this.conversations.findMessage(run, run.questionId))?.content;
    if (content === undefined) throw new Error('The question of a run is gone');
    return { content, past: known?.past, agentName, context };
  }
}

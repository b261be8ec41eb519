import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { Scope, userScope } from '../../database/scope.js';
import { messageNotFound } from '../conversations.service.js';
import type { Feedback, GiveFeedback } from './feedback.contract.js';
import { FeedbackRepository } from './feedback.repository.js';

/** Ratings of answers: one of each user for each of the user's own answers. */
@Injectable()
export class FeedbackService {
  constructor(
    private readonly feedback: FeedbackRepository,
    private readonly scope: Scope,
  ) {}

  /** Rates an answer, or changes what was said before. Throws CHAT_MESSAGE_NOT_FOUND for anything but an own answer. */
  async give(principal: Principal, messageId: string, said: GiveFeedback): Promise<Feedback> {
    const row = await this.scope.run(userScope(principal), () =>
      this.feedback.rate(principal, messageId, said),
    );
    if (!row) throw messageNotFound();
    return {
      message_id: messageId,
      rating: row.rating,
      comment: row.comment,
      created_at: row.created_at.toISOString(),
    };
  }
}

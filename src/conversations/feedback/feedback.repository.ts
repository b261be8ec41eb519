import { Injectable } from '@nestjs/common';
import { Scope } from '../../database/scope.js';
import type { Owner } from '../conversations.repository.js';
import type { GiveFeedback, Rating } from './feedback.contract.js';

export interface FeedbackRow {
  readonly rating: Rating;
  readonly comment: string | null;
  readonly created_at: Date;
}

/** What users think of answers. Used within Scope.run. */
@Injectable()
export class FeedbackRepository {
  constructor(private readonly scope: Scope) {}

  /** Rates an answer of the owner's, or changes its rating. Out: undefined where there is no such answer. */
  async rate(
    owner: Owner,
    messageId: string,
    { rating, comment }: GiveFeedback,
  ): Promise<FeedbackRow | undefined> {
    const [row] = await this.scope.manager.query<FeedbackRow[]>(
      `INSERT INTO feedback (tenant_id, user_id, message_id, session_id, rating, comment)
       SELECT m.tenant_id, m.user_id, m.id, m.session_id, $4, $5 FROM chat_messages m
       WHERE m.id = $3 AND m.tenant_id = $1 AND m.user_id = $2 AND m.type = 'assistant' AND m.state IN ('complete', 'partial')
       FOR KEY SHARE
       ON CONFLICT (tenant_id, user_id, message_id)
         DO UPDATE SET rating = EXCLUDED.rating, comment = EXCLUDED.comment
       RETURNING rating, comment, created_at`,
      [owner.tenantId, owner.userId, messageId, rating, comment ?? null],
    );
    return row;
  }
}

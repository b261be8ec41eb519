import { Injectable } from '@nestjs/common';
import { Scope, type Who } from '../../database/scope.js';
import type { ConversationDay, FeedbackDay, Read } from './analytics.contract.js';
import { buckets, dayOf, FiguresRepository, sinceBuckets } from './figures.repository.js';

/** The beginning of a question, and who asked it. Never leaves `AnalyticsService`. */
export interface AskedQuestion {
  readonly user: string;
  readonly text: string;
}

/** Figures of conversations, questions and ratings. */
@Injectable()
export class TalksRepository extends FiguresRepository {
  constructor(scope: Scope) {
    super(scope);
  }

  /** Conversations that began on each day with the messages that they have by now, and users who asked on it. */
  days(who: Who, count: number): Promise<Read<ConversationDay>> {
    const since = sinceBuckets('day', count);
    return this.read(
      who,
      (owned) => `
      SELECT ${dayOf('b.at')} AS day, coalesce(s.conversations, 0) AS conversations,
        coalesce(s.messages, 0) AS messages, coalesce(u.users, 0) AS active_users
      FROM ${buckets('day', count)} b LEFT JOIN (
        SELECT date_trunc('day', s.created_at, 'UTC') AS at, count(*)::int AS conversations,
          sum(s.message_count)::int AS messages
        FROM chat_sessions s WHERE s.deleted_at IS NULL AND s.created_at >= ${since} AND ${owned.by('s')}
        GROUP BY 1) s USING (at)
      LEFT JOIN (
        SELECT date_trunc('day', u.created_at, 'UTC') AS at, count(DISTINCT (u.tenant_id, u.user_id))::int AS users
        FROM usage_ledger u WHERE u.created_at >= ${since} AND ${owned.by('u')} GROUP BY 1) u USING (at)
      ORDER BY b.at`,
    );
  }

  feedback(who: Who, count: number): Promise<Read<FeedbackDay>> {
    return this.read(
      who,
      (owned) => `
      SELECT ${dayOf('b.at')} AS day, coalesce(f.up, 0) AS up, coalesce(f.down, 0) AS down
      FROM ${buckets('day', count)} b LEFT JOIN (
        SELECT date_trunc('day', f.created_at, 'UTC') AS at, count(*) FILTER (WHERE f.rating = 'up')::int AS up,
          count(*) FILTER (WHERE f.rating = 'down')::int AS down
        FROM feedback f WHERE f.created_at >= ${sinceBuckets('day', count)} AND ${owned.by('f')} GROUP BY 1) f USING (at)
      ORDER BY b.at`,
    );
  }

  /** The beginnings of the newest questions of so many days. */
  questions(
    who: Who,
    count: number,
    most: { readonly questions: number; readonly characters: number },
  ): Promise<Read<AskedQuestion>> {
    return this.read(
      who,
      (owned) => `
      SELECT m.user_id AS user, left(m.content, ${most.characters}) AS text FROM chat_messages m
      WHERE m.type = 'user' AND m.state = 'complete' AND m.is_current
        AND m.created_at >= ${sinceBuckets('day', count)} AND ${owned.by('m')}
      ORDER BY m.created_at DESC LIMIT ${most.questions}`,
    );
  }
}

import { Injectable } from '@nestjs/common';
import { Scope, type Who } from '../../database/scope.js';
import type { AnswerTimesAt, LedgerDay, LedgerEngine, Read, RetentionWeek } from './analytics.contract.js';
import { buckets, dayOf, FiguresRepository, sinceBuckets } from './figures.repository.js';

const COUNTS = `count(*)::int AS questions, count(*) FILTER (WHERE u.state = 'completed')::int AS answers,
  count(DISTINCT (u.tenant_id, u.user_id))::int AS users, sum(u.input_tokens)::float8 AS input_tokens,
  sum(u.output_tokens)::float8 AS output_tokens`;

const filled = (columns: readonly string[]): string =>
  columns.map((column) => `coalesce(a.${column}, 0) AS ${column}`).join(', ');

const seconds = (share: number, column: string): string =>
  `percentile_cont(${share}) WITHIN GROUP (ORDER BY u.${column}) / 1000.0`;

/** Figures of the usage ledger: ended answers, their tokens, their times, and who asked. */
@Injectable()
export class LedgerRepository extends FiguresRepository {
  constructor(scope: Scope) {
    super(scope);
  }

  days(who: Who, count: number): Promise<Read<LedgerDay>> {
    return this.read(
      who,
      (owned) => `
      SELECT ${dayOf('b.at')} AS day, ${filled(['questions', 'answers', 'users', 'input_tokens', 'output_tokens'])}
      FROM ${buckets('day', count)} b LEFT JOIN (
        SELECT date_trunc('day', u.created_at, 'UTC') AS at, ${COUNTS} FROM usage_ledger u
        WHERE u.created_at >= ${sinceBuckets('day', count)} AND ${owned.by('u')} GROUP BY 1) a USING (at)
      ORDER BY b.at`,
    );
  }

  engines(who: Who, count: number): Promise<Read<LedgerEngine>> {
    return this.read(
      who,
      (owned) => `
      SELECT u.engine, ${COUNTS} FROM usage_ledger u
      WHERE u.created_at >= ${sinceBuckets('day', count)} AND u.engine IS NOT NULL AND ${owned.by('u')}
      GROUP BY 1 ORDER BY 2 DESC, 1`,
    );
  }

  /** Times of completed answers, by hour or by day. */
  times(who: Who, unit: 'day' | 'hour', count: number): Promise<Read<AnswerTimesAt>> {
    return this.read(
      who,
      (owned) => `
      SELECT b.at, coalesce(a.answers, 0) AS answers, a.first_p50, a.first_p95, a.whole_p50, a.whole_p95
      FROM ${buckets(unit, count)} b LEFT JOIN (
        SELECT date_trunc('${unit}', u.created_at, 'UTC') AS at, count(*)::int AS answers,
          ${seconds(0.5, 'first_token_ms')} AS first_p50, ${seconds(0.95, 'first_token_ms')} AS first_p95,
          ${seconds(0.5, 'duration_ms')} AS whole_p50, ${seconds(0.95, 'duration_ms')} AS whole_p95
        FROM usage_ledger u WHERE u.state = 'completed'
          AND u.created_at >= ${sinceBuckets(unit, count)} AND ${owned.by('u')} GROUP BY 1) a USING (at)
      ORDER BY b.at`,
    );
  }

  /** Weeks (from Monday, UTC) in which users were active, by the week in which they asked first. */
  retention(who: Who, cohorts: number): Promise<Read<RetentionWeek>> {
    return this.read(
      who,
      (owned) => `
      WITH active AS (
        SELECT u.tenant_id, u.user_id, date_trunc('week', u.created_at, 'UTC') AS at FROM usage_ledger u
        WHERE ${owned.by('u')} GROUP BY 1, 2, 3),
      first AS (SELECT tenant_id, user_id, min(at) AS at FROM active GROUP BY 1, 2),
      cohort AS (SELECT at, count(*)::int AS size FROM first
        WHERE at >= date_trunc('week', now(), 'UTC') - interval '${(cohorts - 1) * 168} hours' GROUP BY 1),
      week AS (SELECT c.at, c.size, n FROM cohort c CROSS JOIN generate_series(0, ${cohorts - 1}) n
        WHERE c.at + n * interval '168 hours' <= now())
      SELECT ${dayOf('w.at')} AS cohort, w.n AS week, w.size, count(a.user_id)::int AS users
      FROM week w JOIN first f ON f.at = w.at
      LEFT JOIN active a ON a.tenant_id = f.tenant_id AND a.user_id = f.user_id
        AND a.at = w.at + w.n * interval '168 hours'
      GROUP BY w.at, w.n, w.size ORDER BY w.at, w.n`,
    );
  }
}

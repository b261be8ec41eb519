import { Injectable } from '@nestjs/common';
import { Scope, type Who } from '../../database/scope.js';
import type { FailureCode, FailureHour, Read, SecurityEvents, SecurityHour } from './analytics.contract.js';
import { buckets, FiguresRepository, sinceBuckets } from './figures.repository.js';

/** What was not as it should be: answers that failed, and what the audit record says was refused. Codes, never texts. */
@Injectable()
export class EventsRepository extends FiguresRepository {
  constructor(scope: Scope) {
    super(scope);
  }

  failures(who: Who, hours: number): Promise<Read<FailureCode>> {
    return this.read(
      who,
      (owned) => `
      SELECT coalesce(r.error ->> 'code', r.state) AS code, count(*)::int AS failures, max(r.ended_at) AS last
      FROM chat_runs r WHERE ${failed(hours)} AND ${owned.by('r')} GROUP BY 1 ORDER BY 2 DESC, 1`,
    );
  }

  failuresByHour(who: Who, hours: number): Promise<Read<FailureHour>> {
    return this.read(
      who,
      (owned) => `
      SELECT b.at, coalesce(a.failures, 0) AS failures FROM ${buckets('hour', hours)} b LEFT JOIN (
        SELECT date_trunc('hour', r.ended_at, 'UTC') AS at, count(*)::int AS failures FROM chat_runs r
        WHERE ${failed(hours)} AND ${owned.by('r')} GROUP BY 1) a USING (at) ORDER BY b.at`,
    );
  }

  /** Refusals and failures of the audit record, by what was tried and why it was refused. */
  security(who: Who, hours: number): Promise<Read<SecurityEvents>> {
    return this.read(
      who,
      (owned) => `
      SELECT a.action, a.outcome, coalesce(a.details ->> 'code', a.details ->> 'reason', '') AS code,
        count(*)::int AS events, count(DISTINCT (a.tenant_id, a.user_id))::int AS users, max(a.created_at) AS last
      FROM audit_log a WHERE ${noted(hours)} AND ${owned.by('a')} GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3`,
    );
  }

  securityByHour(who: Who, hours: number): Promise<Read<SecurityHour>> {
    return this.read(
      who,
      (owned) => `
      SELECT b.at, coalesce(c.refused, 0) AS refused, coalesce(c.failed, 0) AS failed
      FROM ${buckets('hour', hours)} b LEFT JOIN (
        SELECT date_trunc('hour', a.created_at, 'UTC') AS at, count(*) FILTER (WHERE a.outcome = 'refused')::int AS refused,
          count(*) FILTER (WHERE a.outcome = 'failed')::int AS failed
        FROM audit_log a WHERE ${noted(hours)} AND ${owned.by('a')} GROUP BY 1) c USING (at) ORDER BY b.at`,
    );
  }
}

const failed = (hours: number): string =>
  `r.state IN ('failed', 'interrupted') AND r.ended_at >= ${sinceBuckets('hour', hours)}`;

const noted = (hours: number): string =>
  `a.outcome IN ('refused', 'failed') AND a.created_at >= ${sinceBuckets('hour', hours)}`;

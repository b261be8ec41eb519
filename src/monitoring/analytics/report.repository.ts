import { Injectable } from '@nestjs/common';
import { Scope, type Who } from '../../database/scope.js';
import type { Read } from './analytics.contract.js';
import { FiguresRepository } from './figures.repository.js';
import type { Period } from './period.js';

/** How often something happened on a day, and the tokens of it. */
export interface CountRow {
  readonly day: string;
  readonly figure: 'conversation' | 'state' | 'agent' | 'model' | 'failure' | 'feedback';
  /** A state, an agent, `provider/model`, a code, or a rating. */
  readonly name: string;
  readonly count: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** Seconds below which a share of the answers stayed. */
export interface TimeRow {
  /** Null: of the whole period. */
  readonly day: string | null;
  readonly figure: 'first_token' | 'whole';
  readonly p50: number;
  readonly p95: number;
}

export type ReportRow = CountRow | TimeRow;

const DAY = `to_char(day, 'YYYY-MM-DD') AS day`;
const IS_TIME = `figure IN ('first_token', 'whole')`;

/** Reads the counts by day that the database keeps, with what has happened since they were added up. */
@Injectable()
export class ReportRepository extends FiguresRepository {
  constructor(scope: Scope) {
    super(scope);
  }

  /** Counts and times of a period of whole days; what never happened on a day has no row. */
  report(who: Who, { from, to }: Period): Promise<Read<ReportRow>> {
    return this.read(who, (owned) => {
      const [first, last] = [`${owned.value(from)}::date`, `${owned.value(to)}::date`];
      return `
      WITH figures AS MATERIALIZED (SELECT * FROM analytics_read(${first}, ${last})),
      times AS (
        SELECT figure, day, name::integer AS bucket, sum(count) AS count FROM figures WHERE ${IS_TIME}
        GROUP BY GROUPING SETS ((figure, day, name), (figure, name))),
      ranked AS (
        SELECT figure, day, bucket, sum(count) OVER (PARTITION BY figure, day ORDER BY bucket) AS upto,
          sum(count) OVER (PARTITION BY figure, day) AS total FROM times)
      SELECT ${DAY}, figure, name, sum(count)::float8 AS count, sum(input_tokens)::float8 AS input_tokens,
        sum(output_tokens)::float8 AS output_tokens, NULL::float8 AS p50, NULL::float8 AS p95
      FROM figures WHERE NOT ${IS_TIME} GROUP BY figures.day, figure, name
      UNION ALL
      SELECT ${DAY}, figure, NULL, NULL, NULL, NULL, ${quantile(0.5)}, ${quantile(0.95)}
      FROM ranked GROUP BY ranked.day, figure
      UNION ALL
      SELECT ${DAY}, 'feedback', rating, count(*), 0, 0, NULL, NULL FROM (
        SELECT (f.created_at AT TIME ZONE 'UTC')::date AS day, f.rating FROM feedback f
        WHERE f.created_at >= ${first}::timestamp AT TIME ZONE 'UTC'
          AND f.created_at < (${last} + 1)::timestamp AT TIME ZONE 'UTC' AND ${owned.by('f')}) f
      GROUP BY f.day, rating`;
    });
  }
}

/** SQL: seconds of the first bucket at which a share of all is reached. */
const quantile = (share: number): string =>
  `analytics_value(min(bucket) FILTER (WHERE upto >= ${share} * total)) / 1000`;

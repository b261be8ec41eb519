import { Injectable } from '@nestjs/common';
import { Scope, type Who } from '../database/scope.js';
import type { UsagePeriods, UsageTotals } from './usage.contract.js';
import { UsageEntry } from './usage-entry.entity.js';

const DAYS = 30;
const TODAY = `date_trunc('day', now(), 'UTC')`;
const EARLIEST = `now() - interval '${DAYS} days'`;

interface Clock {
  now: Date;
  today: Date;
  earliest: Date;
}

/** Numbers come as text where they may exceed an integer. */
interface CountRow {
  engine: string | null;
  questions: string;
  answers: string;
  input_tokens: string;
  output_tokens: string;
  users: string;
  tenants: string;
  /** Set in the row that sums all engines up. */
  is_total: 0 | 1;
}

const COUNTS = {
  questions: 'count(*)',
  answers: `count(*) FILTER (WHERE u.state = 'completed')`,
  input_tokens: 'coalesce(sum(u.inputTokens), 0)',
  output_tokens: 'coalesce(sum(u.outputTokens), 0)',
  users: 'count(DISTINCT (u.tenantId, u.userId))',
  tenants: 'count(DISTINCT u.tenantId)',
};

@Injectable()
export class UsageRepository {
  constructor(private readonly scope: Scope) {}

  /** Totals of today (UTC) and of the last 30 days within a scope, by the database's clock. */
  async totalsOf(who: Who): Promise<UsagePeriods> {
    return this.scope.run(who, async () => {
      const [clock] = await this.scope.manager.query<Clock[]>(
        `SELECT now() AS now, ${TODAY} AS today, ${EARLIEST} AS earliest`,
      );
      const { now, today, earliest } = clock!;
      return {
        asOf: now,
        today: toTotals(today, await this.countSince(who, today)),
        last30Days: toTotals(earliest, await this.countSince(who, earliest)),
      };
    });
  }

  private async countSince(who: Who, since: Date): Promise<CountRow[]> {
    const query = this.scope.manager
      .createQueryBuilder(UsageEntry, 'u')
      .select('u.engine', 'engine')
      .addSelect('grouping(u.engine)', 'is_total')
      .where('u.createdAt >= :since', { since });
    for (const [name, expression] of Object.entries(COUNTS)) query.addSelect(expression, name);
    if ('tenantId' in who) query.andWhere('u.tenantId = :tenantId', { tenantId: who.tenantId });
    if ('userId' in who) query.andWhere('u.userId = :userId', { userId: who.userId });
    return query.groupBy('GROUPING SETS ((), (u.engine))').getRawMany<CountRow>();
  }
}

function toTotals(since: Date, rows: readonly CountRow[]): UsageTotals {
  const total = rows.find((row) => row.is_total === 1);
  return {
    since,
    questions: Number(total?.questions ?? 0),
    answers: Number(total?.answers ?? 0),
    inputTokens: Number(total?.input_tokens ?? 0),
    outputTokens: Number(total?.output_tokens ?? 0),
    users: Number(total?.users ?? 0),
    tenants: Number(total?.tenants ?? 0),
    byEngine: rows
      .filter((row) => row.is_total === 0 && row.engine !== null)
      .map((row) => ({
        engine: row.engine!,
        answers: Number(row.answers),
        inputTokens: Number(row.input_tokens),
        outputTokens: Number(row.output_tokens),
      }))
      .sort((a, b) => b.answers - a.answers || a.engine.localeCompare(b.engine)),
  };
}

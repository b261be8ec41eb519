import { Scope, type Who } from '../../database/scope.js';
import type { Read } from './analytics.contract.js';

/** Analytics shall never hold a connection for as long as a statement may otherwise. */
const STATEMENT_TIMEOUT = '8s';

/** Reads figures in the scope of whoever asks; row-level security answers for the scope. */
export abstract class FiguresRepository {
  constructor(private readonly scope: Scope) {}

  /** In: whose rows, and a statement whose conditions on the owner are those of `owned`. */
  protected read<Row>(who: Who, statement: (owned: Owned) => string): Promise<Read<Row>> {
    return this.scope.run(who, async () => {
      const { manager } = this.scope;
      const owned = new Owned(who);
      await manager.query(`SET LOCAL statement_timeout = '${STATEMENT_TIMEOUT}'`);
      const [clock] = await manager.query<{ now: Date }[]>('SELECT now() AS now');
      const rows = await manager.query<Row[]>(statement(owned), owned.values);
      return { asOf: clock!.now, rows };
    });
  }
}

/** The condition that lets an index find what the policies allow. */
export class Owned {
  readonly values: string[] = [];
  private readonly owners: number;

  constructor(who: Who) {
    if ('tenantId' in who) this.values.push(who.tenantId);
    if ('userId' in who) this.values.push(who.userId);
    this.owners = this.values.length;
  }

  /** In: a value that the statement needs besides. Out: its placeholder. */
  value(text: string): string {
    return `$${this.values.push(text)}`;
  }

  /** In: the alias of a table. Out: SQL that is true for rows of the scope. */
  by(alias: string): string {
    const [tenant, user] = [`${alias}.tenant_id = $1`, `${alias}.user_id = $2`];
    return [tenant, user].slice(0, this.owners).join(' AND ') || 'true';
  }
}

type Unit = 'day' | 'hour';

/** SQL: `at`, the beginnings of the last `count` days or hours in UTC, this one among them. */
export function buckets(unit: Unit, count: number): string {
  const length = unit === 'day' ? '24 hours' : '1 hour';
  return `(SELECT date_trunc('${unit}', now(), 'UTC') - n * interval '${length}' AS at
    FROM generate_series(0, ${count - 1}) n)`;
}

/** SQL: the beginning of the first of those. */
export function sinceBuckets(unit: Unit, count: number): string {
  const length = unit === 'day' ? `${(count - 1) * 24} hours` : `${count - 1} hours`;
  return `date_trunc('${unit}', now(), 'UTC') - interval '${length}'`;
}

/** SQL: a moment as its day in UTC. */
export function dayOf(expression: string): string {
  return `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/**
 * Whose rows a transaction may touch. `user`: own rows. `tenant`, `platform`: reading for administrators.
 * `system`: the run claimer, sweeper, log batcher and retention, nothing else.
 */
export type Who =
  | { readonly scope: 'user'; readonly tenantId: string; readonly userId: string }
  | { readonly scope: 'tenant'; readonly tenantId: string }
  | { readonly scope: 'platform' }
  | { readonly scope: 'system' };

export const SYSTEM: Who = Object.freeze({ scope: 'system' });

/** In: anything that names a tenant and a user. Out: the scope of that user's own rows. */
export function userScope(principal: { readonly tenantId: string; readonly userId: string }): Who {
  return { scope: 'user', tenantId: principal.tenantId, userId: principal.userId };
}

/**
 * The only way to the database: a transaction that carries who is asking.
 * Row-level security then answers for the scope, whatever the query says.
 */
@Injectable()
export class Scope {
  private readonly current = new AsyncLocalStorage<EntityManager>();

  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in one transaction under the scope of `who`; commits when it resolves, rolls back when it throws. */
  async run<T>(who: Who, work: () => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      const tenant = 'tenantId' in who ? who.tenantId : null;
      const user = 'userId' in who ? who.userId : null;
      await manager.query('SELECT chat_enter($1, $2, $3)', [who.scope, tenant, user]);
      return this.current.run(manager, work);
    });
  }

  /**
   * Calls a SQL function that sets its own scope and is a transaction by itself: one round trip, as a
   * named statement that each connection parses once.
   * In: the function's name and its arguments by position. Out: the rows that it returns.
   */
  async call<Row>(name: string, args: readonly unknown[]): Promise<Row[]> {
    const places = args.map((_, index) => `$${index + 1}`).join(', ');
    const pool = (this.dataSource.driver as PostgresDriver).master as Pool;
    const { rows } = await pool.query({ name, text: `SELECT * FROM ${name}(${places})`, values: [...args] });
    return rows as Row[];
  }

  /** The entity manager of the running transaction. Throws outside `run`. */
  get manager(): EntityManager {
    const manager = this.current.getStore();
    if (!manager) throw new Error('A repository was used outside Scope.run');
    return manager;
  }
}

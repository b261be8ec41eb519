import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { compositeKey, newId } from '../../common/ids.js';
import { Scope } from '../../database/scope.js';
import { FACT_LIMITS, type FactKind } from './facts.contract.js';

export interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

export interface FactRow {
  readonly id: string;
  readonly text: string;
  readonly kind: FactKind;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = 'id, content AS text, kind, created_at, updated_at';

/** What is remembered of users. Used within Scope.run, but for `findShown`. */
@Injectable()
export class FactsRepository {
  constructor(private readonly scope: Scope) {}

  /** Newest first. */
  async findAll({ tenantId, userId }: Owner): Promise<FactRow[]> {
    return this.scope.manager.query<FactRow[]>(
      `SELECT ${COLUMNS} FROM facts WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at DESC, id DESC LIMIT $3`,
      [tenantId, userId, FACT_LIMITS.facts],
    );
  }

  /** What a model may be given, newest first; nothing while memory is off. A transaction itself. */
  findShown({ tenantId, userId }: Owner): Promise<Pick<FactRow, 'text' | 'kind'>[]> {
    return this.scope.call('memory_facts', [tenantId, userId, FACT_LIMITS.facts]);
  }

  /** Two that add at once take turns, so that the limit holds. */
  async add(
    { tenantId, userId }: Owner,
    fact: { readonly text: string; readonly kind: FactKind; readonly messageId: string },
  ): Promise<'kept' | 'known' | 'full'> {
    const { manager } = this.scope;
    const key = compositeKey('facts', tenantId, userId);
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
    const [row] = await manager.query<[{ known: boolean; count: number }]>(
      `SELECT coalesce(bool_or(digest = $3), false) AS known, count(*)::int AS count
       FROM facts WHERE tenant_id = $1 AND user_id = $2`,
      [tenantId, userId, digestOf(fact.text)],
    );
    if (row.known) return 'known';
    if (row.count >= FACT_LIMITS.facts) return 'full';
    await manager.query(
      `INSERT INTO facts (id, tenant_id, user_id, kind, content, source_message_id, digest)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [newId(), tenantId, userId, fact.kind, fact.text, fact.messageId, digestOf(fact.text)],
    );
    return 'kept';
  }

  /** Out: undefined where there is no such fact; `exists` where another one says the same. */
  async change(
    { tenantId, userId }: Owner,
    id: string,
    text: string,
  ): Promise<FactRow | 'exists' | undefined> {
    const { manager } = this.scope;
    const [same] = await manager.query<unknown[]>(
      `SELECT FROM facts WHERE tenant_id = $1 AND user_id = $2 AND digest = $4 AND id <> $3
         AND EXISTS (SELECT FROM facts WHERE tenant_id = $1 AND user_id = $2 AND id = $3)`,
      [tenantId, userId, id, digestOf(text)],
    );
    if (same) return 'exists';
    const [[row]] = await manager.query<[FactRow[], number]>(
      `UPDATE facts SET content = $4, digest = $5, updated_at = clock_timestamp()
       WHERE tenant_id = $1 AND user_id = $2 AND id = $3 RETURNING ${COLUMNS}`,
      [tenantId, userId, id, text, digestOf(text)],
    );
    return row;
  }

  /** Out: how many there were. */
  async remove({ tenantId, userId }: Owner, ids: readonly string[]): Promise<number> {
    const [, count] = await this.scope.manager.query<[unknown[], number]>(
      'DELETE FROM facts WHERE tenant_id = $1 AND user_id = $2 AND id = ANY ($3::uuid[])',
      [tenantId, userId, ids],
    );
    return count;
  }
}

/** The same for texts that differ in case and spaces only. */
function digestOf(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
  return createHash('sha256').update(plain).digest('hex');
}

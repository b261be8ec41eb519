import { randomUUID } from 'node:crypto';
import pg from 'pg';

interface Ended {
  readonly tenant: string;
  readonly user: string;
  readonly state?: string;
  readonly code?: string;
  readonly daysAgo?: number;
  readonly firstMs?: number;
  readonly wholeMs?: number;
  readonly tokens?: number;
}

/** Rows of past use, written straight into the tables, and SQL to compare with. */
export class Activity {
  private constructor(private readonly client: pg.Client) {}

  static async at(url: string): Promise<Activity> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new Activity(client);
  }

  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows;
  }

  /** One figure. */
  async figure(text: string, values: unknown[] = []): Promise<number> {
    const [row] = await this.sql<{ figure: string | number | null }>(text, values);
    return Number(row?.figure);
  }

  /** A conversation with one question and its answer, of so many days ago. Out: the id of the answer. */
  async talk(who: { tenant: string; user: string }, question: string, daysAgo = 0): Promise<string> {
    const [session, asked, answered] = [randomUUID(), randomUUID(), randomUUID()];
    const owner = [who.tenant, who.user, session];
    await this.sql(
      `INSERT INTO chat_sessions (tenant_id, user_id, id, role, message_count, created_at)
       VALUES ($1, $2, $3, 'user', 2, now() - $4 * interval '1 day')`,
      [...owner, daysAgo],
    );
    for (const [id, position, type, content] of [
      [asked, 1, 'user', question],
      [answered, 2, 'assistant', 'An answer.'],
    ])
      await this.sql(
        `INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, type, state, content, created_at)
         VALUES ($4, $1, $2, $3, $5, $6, 'complete', $7, now() - $8 * interval '1 day')`,
        [...owner, id, position, type, content, daysAgo],
      );
    return answered;
  }

  /** A run that ended, in the ledger and, where it failed, with its code. */
  async ended({ tenant, user, state = 'completed', code, daysAgo = 0, ...took }: Ended): Promise<void> {
    const id = randomUUID();
    const { firstMs = null, wholeMs = null, tokens = 0 } = took;
    await this.sql(
      `INSERT INTO usage_ledger (run_id, tenant_id, user_id, session_id, state, engine, input_tokens, output_tokens,
         first_token_ms, duration_ms, created_at)
       VALUES ($1, $2, $3, 'past', $4, 'llm', $5, $5 * 2, $6, $7, now() - $8 * interval '1 day')`,
      [id, tenant, user, state, tokens, firstMs, wholeMs, daysAgo],
    );
    if (state === 'completed') return;
    await this.sql(
      `INSERT INTO chat_runs (id, tenant_id, user_id, session_id, question_id, answer_id, position, state, principal,
         error, ended_at)
       VALUES ($1, $2, $3, 'past', $1, $1, 1, $4, '{}', $5, now() - $6 * interval '1 day')`,
      [id, tenant, user, state, JSON.stringify({ code }), daysAgo],
    );
  }

  async rated(who: { tenant: string; user: string }, message: string, rating: 'up' | 'down'): Promise<void> {
    await this.sql(
      `INSERT INTO feedback (tenant_id, user_id, message_id, session_id, rating) VALUES ($1, $2, $3, 'past', $4)`,
      [who.tenant, who.user, message, rating],
    );
  }

  end(): Promise<void> {
    return this.client.end();
  }
}

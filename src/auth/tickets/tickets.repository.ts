import { Injectable } from '@nestjs/common';
import { Scope } from '../../database/scope.js';

export interface NewTicket {
  readonly hash: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly origin: string | null;
  readonly sealedToken: string;
  readonly lifeSeconds: number;
}

export interface UsedTicket {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly origin: string | null;
  readonly principal: { readonly sealed_token: string };
}

/** Tickets by the hash of their text; the text itself is kept nowhere. Runs inside `Scope.run`. */
@Injectable()
export class TicketsRepository {
  constructor(private readonly scope: Scope) {}

  async insert(ticket: NewTicket): Promise<void> {
    await this.scope.manager.query(
      `INSERT INTO tickets (hash, tenant_id, user_id, session_id, origin, principal, expires_at)
       VALUES ($1, $2, $3, $4, $5, jsonb_build_object('sealed_token', $6::text),
         clock_timestamp() + make_interval(secs => $7))`,
      [
        ticket.hash,
        ticket.tenantId,
        ticket.userId,
        ticket.sessionId,
        ticket.origin,
        ticket.sealedToken,
        ticket.lifeSeconds,
      ],
    );
  }

  /** Removes tickets, of whomever the scope shows, that nobody can use any more; those that ended first go first. */
  async deleteSpent(limit: number): Promise<number> {
    const [row] = await this.scope.manager.query<{ count: number }[]>(
      `WITH gone AS (
         DELETE FROM tickets WHERE hash IN (
           SELECT hash FROM tickets WHERE expires_at <= clock_timestamp() ORDER BY expires_at LIMIT $1
           FOR UPDATE SKIP LOCKED) RETURNING 1)
       SELECT count(*)::int AS count FROM gone`,
      [limit],
    );
    return row?.count ?? 0;
  }

  /** Uses a ticket up, in one statement. Out: undefined where it is unknown, used or too old. */
  async consume(hash: string): Promise<UsedTicket | undefined> {
    const [used] = await this.scope.manager.query<UsedTicket[]>(
      `WITH used AS (
         UPDATE tickets SET used_at = clock_timestamp()
         WHERE hash = $1 AND used_at IS NULL AND expires_at > clock_timestamp()
         RETURNING tenant_id, user_id, session_id, origin, principal
       ) SELECT * FROM used`,
      [hash],
    );
    return used;
  }
}

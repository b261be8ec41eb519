import { Injectable } from '@nestjs/common';
import { Scope, userScope } from '../../database/scope.js';
import type { AnsweredTurn, BackgroundUsage } from '../memory.contract.js';

/** A conversation as it is after an answer. */
export interface Untitled {
  readonly title: string;
  readonly question: string;
  readonly answer: string;
}

const FIND = `
SELECT s.title, q.content AS question, a.content AS answer
FROM chat_sessions s
JOIN chat_messages a ON a.tenant_id = s.tenant_id AND a.user_id = s.user_id AND a.session_id = s.id
JOIN chat_messages q ON q.id = a.in_reply_to
WHERE s.tenant_id = $1 AND s.user_id = $2 AND s.id = $3 AND s.deleted_at IS NULL AND a.id = $4`;

const KEEP = `
UPDATE chat_sessions SET title = $5
WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND deleted_at IS NULL AND title = $4 RETURNING id`;

const PAY = `
UPDATE usage_ledger SET input_tokens = input_tokens + $4, output_tokens = output_tokens + $5,
  provider = coalesce(provider, $6), model = coalesce(model, $7)
WHERE tenant_id = $1 AND user_id = $2 AND run_id = $3`;

/** Titles of sessions, each call one transaction in the scope of their user. */
@Injectable()
export class TitlesRepository {
  constructor(private readonly scope: Scope) {}

  /** Out: undefined where the session or the answer is gone. */
  find(turn: AnsweredTurn): Promise<Untitled | undefined> {
    return this.scope.run(userScope(turn), async () => {
      const [found] = await this.scope.manager.query<Untitled[]>(FIND, [...placeOf(turn), turn.answerId]);
      return found;
    });
  }

  /** In: the title that it has, and the one to be. Out: whether it was kept; it is not where somebody changed it. */
  keep(turn: AnsweredTurn, before: string, title: string): Promise<boolean> {
    return this.scope.run(userScope(turn), async () => {
      const [rows] = await this.scope.manager.query<[unknown[], number]>(KEEP, [
        ...[...placeOf(turn), before, title],
      ]);
      return rows.length === 1;
    });
  }

  /** Adds what a model counted to what the answer cost. */
  async pay(
    turn: AnsweredTurn,
    { inputTokens, outputTokens, provider, model }: BackgroundUsage,
  ): Promise<void> {
    const counted = [inputTokens, outputTokens, provider, model];
    await this.scope.run(userScope(turn), () =>
      this.scope.manager.query(PAY, [turn.tenantId, turn.userId, turn.runId, ...counted]),
    );
  }
}

function placeOf({ tenantId, userId, sessionId }: AnsweredTurn): string[] {
  return [tenantId, userId, sessionId];
}

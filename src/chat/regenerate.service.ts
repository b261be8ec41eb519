import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { derivedId, newId } from '../common/ids.js';
import { ChatConfig } from '../config/config.js';
import { messageNotFound, sessionBusy } from '../conversations/conversations.service.js';
import { RunsService } from '../runs/runs.service.js';
import type { Regenerated } from './chat.contract.js';
import { ChatRepository, type RegenerateRow } from './chat.repository.js';
import { LiveService } from './live/live.service.js';
import { SendRules, tooManyOpen } from './send-rules.service.js';

/** Another answer to a question that was answered, the same for every transport. */
@Injectable()
export class RegenerateService {
  constructor(
    private readonly chat: ChatRepository,
    private readonly runs: RunsService,
    private readonly live: LiveService,
    private readonly rules: SendRules,
    private readonly config: ChatConfig,
  ) {}

  /**
   * Queues a new answer beside the old one and shows it. In: the id of an answer or of its question; `once`: the same
   * text for the same message gives the same run. Returns when it is committed; a repetition costs nothing.
   * Throws CHAT_MESSAGE_NOT_FOUND, CHAT_SESSION_BUSY, RATE_LIMITED.
   */
  async regenerate(principal: Principal, messageId: string, once?: string): Promise<Regenerated> {
    const grant = await this.rules.take(principal);
    try {
      const row = await this.chat.regenerate(principal, {
        messageId,
        ...idsOf(principal, messageId, once),
        maxOpen: this.config.maxOpenRuns,
      });
      if (row.outcome !== 'new') grant.giveBack();
      const made = this.toMade(row);
      if (row.outcome === 'new') this.begin(principal, row);
      return made;
    } catch (error) {
      grant.giveBack();
      throw error;
    }
  }

  private begin(principal: Principal, row: RegenerateRow): void {
    this.live.tellUser(principal, { kind: 'touched', sessionId: row.session_id });
    this.runs.wake(row.run_id);
  }

  private toMade(row: RegenerateRow): Regenerated {
    switch (row.outcome) {
      case 'missing':
        throw messageNotFound();
      case 'busy':
        throw sessionBusy();
      case 'too_many_open':
        throw tooManyOpen(this.config.maxOpenRuns);
      case 'new':
      case 'known':
        return { run_id: row.run_id, message_id: row.answer_id, session_id: row.session_id };
    }
  }
}

function idsOf(
  { tenantId, userId }: Principal,
  messageId: string,
  once: string | undefined,
): { runId: string; answerId: string } {
  if (once === undefined) return { runId: newId(), answerId: newId() };
  const id = (kind: string): string => derivedId(kind, tenantId, userId, messageId, once);
  return { runId: id('run'), answerId: id('answer') };
}

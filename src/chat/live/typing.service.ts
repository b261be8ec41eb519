import { Injectable } from '@nestjs/common';
import { ChatConfig } from '../../config/config.js';
import type { SessionRef } from '../../runs/runs.contract.js';
import { LiveService } from './live.service.js';

/** Tells the user's other devices that somebody types, where ENABLE_TYPING_INDICATORS allows it. */
@Injectable()
export class TypingService {
  constructor(
    private readonly live: LiveService,
    private readonly config: ChatConfig,
  ) {}

  /** `origin` is the connection that types; it gets no echo. */
  tell(session: SessionRef, isTyping: boolean, origin: string): void {
    if (!this.config.typing) return;
    this.live.tellSession(session, { kind: 'typing', sessionId: session.sessionId, isTyping, origin });
  }
}

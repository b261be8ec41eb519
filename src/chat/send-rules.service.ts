import { Injectable } from '@nestjs/common';
import { AssistantsService } from '../assistants/assistants.service.js';
import type { Principal } from '../auth/principal.js';
import { AppError } from '../common/errors/app-error.js';
import { ChatConfig } from '../config/config.js';
import { RateLimiter, rateLimited } from '../usage/rate-limiter.service.js';
import { ChatErrors } from './chat.errors.js';

export interface SendInput {
  readonly transport: 'rest' | 'socketio' | 'websocket';
  readonly content: string;
  readonly sessionId?: string | undefined;
  readonly clientMessageId?: string | undefined;
  readonly agentName?: string | undefined;
  readonly context?: Record<string, unknown> | undefined;
  readonly fileAttachments?: readonly string[] | undefined;
  /** Edits and resends under this message; null: as the first message of the conversation. */
  readonly parentId?: string | null | undefined;
  /** The connection that sends; it gets no echo. */
  readonly origin?: string | undefined;
}

/** What a send must fulfil before it reaches the database. */
@Injectable()
export class SendRules {
  constructor(
    private readonly assistants: AssistantsService,
    private readonly limiter: RateLimiter,
    private readonly config: ChatConfig,
  ) {}

  check(principal: Principal, input: SendInput): void {
    if (input.content.length > this.config.maxMessageLength) {
      throw new AppError(
        ChatErrors.CHAT_MESSAGE_TOO_LONG,
        `The message has ${input.content.length} characters; at most ${this.config.maxMessageLength} are taken. Shorten it or send it in parts.`,
      );
    }
    if (input.agentName !== undefined) this.assistants.assertAgent(principal.role, input.agentName);
    if (input.fileAttachments?.length) {
      throw new AppError(
        ChatErrors.CHAT_FILES_UNSUPPORTED,
        'This service does not take files yet. Leave file_attachments out and paste the text.',
      );
    }
  }

  take(principal: Principal): ReturnType<RateLimiter['take']> {
    return this.limiter.take(principal);
  }
}

/** Seconds after which one of many answers may have ended. */
const RETRY_OPEN_AFTER = 5;

/** In: how many answers a user may have under way or waiting. */
export function tooManyOpen(maxOpen: number): AppError {
  return rateLimited(
    `You have ${maxOpen} answers under way or waiting, which is the limit. Wait for one, or stop one.`,
    maxOpen,
    RETRY_OPEN_AFTER,
  );
}

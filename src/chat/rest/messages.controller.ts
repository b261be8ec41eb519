import { Body, Controller, Headers, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AssistantsErrors } from '../../assistants/assistants.errors.js';
import { CurrentPrincipal, CurrentToken } from '../../auth/auth.decorators.js';
import type { AuthenticatedPrincipal } from '../../auth/principal.js';
import { CommonErrors } from '../../common/errors/common.errors.js';
import { parseInput } from '../../common/errors/validation.js';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import { Leaving } from '../../common/http/leaving.decorator.js';
import type { EventStream, Reply } from '../../common/http/replies.js';
import { ConversationErrors } from '../../conversations/conversations.errors.js';
import { FROM_START } from '../answers.service.js';
import { ClientMessageId, MessageId, Regenerated, SendMessage, SendResult } from '../chat.contract.js';
import { ChatErrors } from '../chat.errors.js';
import { ChatService } from '../chat.service.js';
import { refOf } from '../chat-sessions.service.js';
import { RegenerateService } from '../regenerate.service.js';
import { replyOf } from './answer-replies.js';
import { AnswerStreams } from './answer-streams.service.js';

/** Milliseconds after which a waiting caller gets 202 and follows the run by itself. */
const WAIT_MS = 120_000;

@ApiTags('chat')
@Controller('chat')
export class MessagesController {
  constructor(
    private readonly chat: ChatService,
    private readonly streams: AnswerStreams,
    private readonly regenerations: RegenerateService,
  ) {}

  @Post('message')
  @ApiRoute({
    summary: 'Send a message and get the answer',
    description:
      'With `Accept: text/event-stream` the answer comes as events while it is made. ' +
      'Past 120 s without an answer, or where it waits for an approval: 202 with the run to follow. `Idempotency-Key` is another way to give client_message_id.',
    response: SendResult,
    errors: [
      ChatErrors.CHAT_MESSAGE_TOO_LONG,
      ChatErrors.IDEMPOTENCY_CONFLICT,
      ChatErrors.CHAT_RUN_CANCELLED,
      ChatErrors.CHAT_RUN_INTERRUPTED,
      ConversationErrors.CHAT_SESSION_NOT_FOUND,
      AssistantsErrors.AGENT_NOT_PERMITTED,
      CommonErrors.DATABASE_UNAVAILABLE,
    ],
  })
  async send(
    @CurrentPrincipal() principal: AuthenticatedPrincipal,
    @CurrentToken() token: string,
    @Body({ schema: SendMessage }) body: SendMessage,
    @Headers('accept') accept: string | undefined,
    @Headers('idempotency-key') key: string | undefined,
    @Leaving() leaving: AbortSignal,
  ): Promise<SendResult | EventStream | Reply> {
    const accepted = await this.chat.send(principal, {
      transport: 'rest',
      content: body.message,
      sessionId: body.session_id,
      clientMessageId:
        body.client_message_id ?? (key === undefined ? undefined : parseInput(ClientMessageId, key)),
      agentName: body.agent_name,
      context: body.context,
      fileAttachments: body.file_attachments,
      parentId: body.parent_id,
    });
    const run = {
      ...refOf(principal, accepted.sessionId),
      runId: accepted.runId,
      answerId: accepted.answerId,
    };
    if (accept?.includes('text/event-stream')) {
      const headers = { 'X-Session-Id': accepted.sessionId, 'X-Run-Id': accepted.runId };
      return this.streams.open(run, { principal, token }, FROM_START, headers);
    }
    const until = AbortSignal.any([leaving, AbortSignal.timeout(WAIT_MS)]);
    return replyOf(accepted, await this.streams.rest(run, { principal, token }, until));
  }

  @Post('messages/:message_id/regenerate')
  @ApiRoute({
    summary: 'Ask for another answer to the same question',
    description:
      'In: the id of the answer, or of its question. The old answer stays as a branch; the new one is shown. ' +
      'With `Idempotency-Key` the same call gives the same run. With `Accept: text/event-stream` the answer comes as events.',
    response: Regenerated,
    errors: [
      ConversationErrors.CHAT_MESSAGE_NOT_FOUND,
      ConversationErrors.CHAT_SESSION_BUSY,
      CommonErrors.DATABASE_UNAVAILABLE,
    ],
  })
  async regenerate(
    @CurrentPrincipal() principal: AuthenticatedPrincipal,
    @CurrentToken() token: string,
    @Param('message_id', { schema: MessageId }) messageId: string,
    @Headers('accept') accept: string | undefined,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<Regenerated | EventStream> {
    const once = key === undefined ? undefined : parseInput(ClientMessageId, key);
    const made = await this.regenerations.regenerate(principal, messageId, once);
    if (!accept?.includes('text/event-stream')) return made;
    const run = { ...refOf(principal, made.session_id), runId: made.run_id, answerId: made.message_id };
    const headers = { 'X-Session-Id': made.session_id, 'X-Run-Id': made.run_id };
    return this.streams.open(run, { principal, token }, FROM_START, headers);
  }
}

import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentPrincipal } from '../../auth/auth.decorators.js';
import type { Principal } from '../../auth/principal.js';
import { CommonErrors } from '../../common/errors/common.errors.js';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import { ConversationErrors } from '../conversations.errors.js';
import { Feedback, GiveFeedback } from './feedback.contract.js';
import { FeedbackService } from './feedback.service.js';

const MessageId = z.uuid();

@ApiTags('chat')
@Controller('chat/messages')
export class FeedbackController {
  constructor(private readonly feedback: FeedbackService) {}

  @Post(':message_id/feedback')
  @ApiRoute({
    summary: 'Say whether an answer was good',
    description: 'One rating of each answer; the newest counts. Only answers of your own conversations.',
    response: Feedback,
    errors: [ConversationErrors.CHAT_MESSAGE_NOT_FOUND, CommonErrors.DATABASE_UNAVAILABLE],
  })
  give(
    @CurrentPrincipal() principal: Principal,
    @Param('message_id', { schema: MessageId }) messageId: string,
    @Body({ schema: GiveFeedback }) body: GiveFeedback,
  ): Promise<Feedback> {
    return this.feedback.give(principal, messageId, body);
  }
}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConversationsReader } from './conversations.reader.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ConversationsService } from './conversations.service.js';
import { FeedbackController } from './feedback/feedback.controller.js';
import { FeedbackRepository } from './feedback/feedback.repository.js';
import { FeedbackService } from './feedback/feedback.service.js';
import { SessionListRepository } from './session-list.repository.js';
import { SessionListService } from './session-list.service.js';
import { StoredMessage } from './message.entity.js';
import { Session } from './session.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([Session, StoredMessage])],
  controllers: [FeedbackController],
  providers: [
    ConversationsRepository,
    ConversationsService,
    SessionListRepository,
    SessionListService,
    FeedbackRepository,
    FeedbackService,
    { provide: ConversationsReader, useExisting: ConversationsService },
  ],
  exports: [ConversationsService, SessionListService, ConversationsReader],
})
export class ConversationsModule {}

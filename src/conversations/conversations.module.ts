import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConversationsReader } from './conversations.reader.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ConversationsService } from './conversations.service.js';
import { StoredMessage } from './message.entity.js';
import { Session } from './session.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([Session, StoredMessage])],
  providers: [
    ConversationsRepository,
    ConversationsService,
    { provide: ConversationsReader, useExisting: ConversationsService },
  ],
  exports: [ConversationsService, ConversationsReader],
})
export class ConversationsModule {}

import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { LlmModule } from '../llm/llm.module.js';
import { MemoryService } from './memory.service.js';
import { TokenCounter } from './token-counter.js';

/** What a model gets to see of a conversation. */
@Module({
  imports: [ConversationsModule, LlmModule],
  providers: [TokenCounter, MemoryService],
  exports: [MemoryService, TokenCounter],
})
export class MemoryModule {}

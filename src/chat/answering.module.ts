import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { AgentAnswerer } from './answering.js';
import { ChatRepository } from './chat.repository.js';
import { ChatCompletion } from './completion.js';
import { StoredQuestions } from './stored-questions.js';

/** What runs need of the rest of the service: who answers, and how an answer is kept. */
@Module({
  imports: [AgentsModule, ConversationsModule],
  providers: [ChatRepository, StoredQuestions, AgentAnswerer, ChatCompletion],
  exports: [ChatRepository, AgentAnswerer, ChatCompletion],
})
export class AnsweringModule {}

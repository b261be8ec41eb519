import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { AssistantsModule } from '../assistants/assistants.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MemoryModule } from '../memory/memory.module.js';
import { Afterwards } from './afterwards.service.js';
import { AgentAnswerer } from './agent-answerer.service.js';
import { ChatRepository } from './chat.repository.js';
import { ChatCompletion } from './chat-completion.service.js';
import { StoredQuestions } from './stored-questions.service.js';

/** What runs need of the rest of the service: who answers, and how an answer is kept. */
@Module({
  imports: [AgentsModule, AssistantsModule, ConversationsModule, MemoryModule],
  providers: [ChatRepository, StoredQuestions, AgentAnswerer, Afterwards, ChatCompletion],
  exports: [ChatRepository, AgentAnswerer, ChatCompletion],
})
export class AnsweringModule {}

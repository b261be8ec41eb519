import { Module } from '@nestjs/common';
import { LlmModule } from '../llm/llm.module.js';
import { MemoryService } from './memory.service.js';
import { ModelGauge } from './model-gauge.service.js';
import { TokenCounter } from './token-counter.js';

/** What a model gets to see of a conversation. */
@Module({
  imports: [LlmModule],
  providers: [TokenCounter, ModelGauge, MemoryService],
  exports: [MemoryService, TokenCounter],
})
export class MemoryModule {}

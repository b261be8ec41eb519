import { Module } from '@nestjs/common';
import { LlmModule } from '../llm/llm.module.js';
import { BackgroundModel } from './background-model.service.js';
import { FactsController } from './facts/facts.controller.js';
import { FactsRepository } from './facts/facts.repository.js';
import { FactsService } from './facts/facts.service.js';
import { MemoryService } from './memory.service.js';
import { ModelGauge } from './model-gauge.service.js';
import { SettingsController } from './settings/settings.controller.js';
import { SettingsRepository } from './settings/settings.repository.js';
import { SettingsService } from './settings/settings.service.js';
import { SummariesRepository } from './summaries.repository.js';
import { SummaryKeeper } from './summary-keeper.service.js';
import { SummaryWriter } from './summary-writer.service.js';
import { TitleKeeper } from './titles/title-keeper.service.js';
import { TitlesRepository } from './titles/titles.repository.js';
import { TokenCounter } from './token-counter.js';

/** What a model gets to see of a conversation. */
@Module({
  imports: [LlmModule],
  controllers: [FactsController, SettingsController],
  providers: [
    ...[TokenCounter, ModelGauge, MemoryService, BackgroundModel],
    ...[SummariesRepository, SummaryWriter, SummaryKeeper, TitlesRepository, TitleKeeper],
    ...[FactsRepository, FactsService, SettingsRepository, SettingsService],
  ],
  exports: [FactsService, MemoryService, SummaryKeeper, TitleKeeper, TokenCounter],
})
export class MemoryModule {}

import { Module } from '@nestjs/common';
import { AssistantsController } from './assistants.controller.js';
import { AssistantsService } from './assistants.service.js';

/** Needs an `AgentCatalog`, which the global module of the agents provides. */
@Module({
  controllers: [AssistantsController],
  providers: [AssistantsService],
  exports: [AssistantsService],
})
export class AssistantsModule {}

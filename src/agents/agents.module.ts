import { Module } from '@nestjs/common';
import { AssistantsModule } from '../assistants/assistants.module.js';
import { AssistantsService } from '../assistants/assistants.service.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { CrewaiModule } from '../crewai/crewai.module.js';
import { DatasetsModule } from '../datasets/datasets.module.js';
import { Figures } from '../datasets/figures.service.js';
import { LlmModule } from '../llm/llm.module.js';
import { MemoryModule } from '../memory/memory.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { AgentCatalogModule } from './agent-catalog.module.js';
import { AgentRunner } from './agent-runner.service.js';
import { LlmBackend } from './backends/llm.backend.js';
import { LocalBackend } from './backends/local.backend.js';
import { ServingBackends } from './backends/serving-backends.service.js';
import { DocumentationService } from './documentation/documentation.service.js';
import { readDocuments } from './documentation/read-documents.js';
import { packageRoot } from './package-root.js';
import { AgentSelector } from './selection/agent-selector.js';
import { RankedAgentSelector } from './selection/ranked-agent.selector.js';
import type { LocalSkill } from './skills/skill.js';
import { SKILLS } from './skills/skills.js';
import { ToolsModule } from './tools/tools.module.js';

/** The agents: who takes a question, and what answers it. */
@Module({
  imports: [
    AgentCatalogModule,
    AssistantsModule,
    ConversationsModule,
    CrewaiModule,
    DatasetsModule,
    LlmModule,
    MemoryModule,
    ToolsModule,
    UsageModule,
  ],
  providers: [
    { provide: AgentSelector, useClass: RankedAgentSelector },
    {
      provide: DocumentationService,
      useFactory: () => new DocumentationService(readDocuments(packageRoot())),
    },
    ...SKILLS,
    {
      provide: LocalBackend,
      inject: [...SKILLS],
      useFactory: (...skills: LocalSkill[]) => new LocalBackend(skills),
    },
    LlmBackend,
    ServingBackends,
    {
      provide: AgentRunner,
      inject: [AssistantsService, AgentSelector, ServingBackends, Figures],
      useFactory: (
        assistants: AssistantsService,
        selector: AgentSelector,
        serving: ServingBackends,
        figures: Figures,
      ) => new AgentRunner(assistants, selector, (turn) => serving.for(turn), figures),
    },
  ],
  exports: [AgentRunner],
})
export class AgentsModule {}

import { Module } from '@nestjs/common';
import { AssistantsModule } from '../assistants/assistants.module.js';
import { AssistantsService } from '../assistants/assistants.service.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { CrewaiModule } from '../crewai/crewai.module.js';
import { DatasetsModule } from '../datasets/datasets.module.js';
import { Figures } from '../datasets/figures.service.js';
import { LlmModule } from '../llm/llm.module.js';
import { MemoryModule } from '../memory/memory.module.js';
import { AgentCatalogModule } from './agent-catalog.module.js';
import { AgentRunner } from './agent-runner.service.js';
import { CrewBackend } from './backends/crew.backend.js';
import { CrewFigures } from './backends/crew-figures.service.js';
import { CrewVoice } from './backends/crew-voice.service.js';
import { LlmBackend } from './backends/llm.backend.js';
import { LocalBackend } from './backends/local.backend.js';
import { ServingBackends } from './backends/serving-backends.service.js';
import { KnowledgeModule } from './documentation/knowledge.module.js';
import { AgentSelector } from './selection/agent-selector.js';
import { RankedAgentSelector } from './selection/ranked-agent.selector.js';
import { PlannedSkill } from './skills/planned.skill.js';
import { PLANS } from './skills/plans/plans.js';
import type { LocalSkill } from './skills/skill.js';
import { SKILLS } from './skills/skills.js';
import { ToolRunner } from './tools/tool-runner.service.js';
import { ToolsModule } from './tools/tools.module.js';

/** The agents: who takes a question, and what answers it. */
@Module({
  imports: [
    AgentCatalogModule,
    AssistantsModule,
    ConversationsModule,
    CrewaiModule,
    DatasetsModule,
    KnowledgeModule,
    LlmModule,
    MemoryModule,
    ToolsModule,
  ],
  providers: [
    { provide: AgentSelector, useClass: RankedAgentSelector },
    ...SKILLS,
    {
      provide: LocalBackend,
      inject: [ToolRunner, Figures, ...SKILLS],
      useFactory: (tools: ToolRunner, figures: Figures, ...skills: LocalSkill[]) =>
        new LocalBackend([...skills, ...PLANS.map((plan) => new PlannedSkill(plan, tools, figures))]),
    },
    CrewBackend,
    CrewFigures,
    CrewVoice,
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
  exports: [AgentRunner, ServingBackends],
})
export class AgentsModule {}

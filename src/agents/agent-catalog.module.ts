import { Global, Module } from '@nestjs/common';
import { AgentCatalog } from '../assistants/agent-catalog.js';
import { AgentsConfig, CrewConfig } from '../config/config.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from './agent-definitions.js';
import { AgentRegistry } from './agent-registry.service.js';

/** Provides the port `AgentCatalog` of the assistants; global, since assistants do not know the agents. */
@Global()
@Module({
  providers: [
    {
      provide: AgentRegistry,
      inject: [AgentsConfig, CrewConfig],
      useFactory: ({ folder }: AgentsConfig, crews: CrewConfig) =>
        new AgentRegistry(
          loadDefinitions(DEFINITIONS_FOLDER, ...(folder === undefined ? [] : [folder])),
        ).mustHave('CREW_AI_AGENTS', [...crews.agents.keys()]),
    },
    { provide: AgentCatalog, useExisting: AgentRegistry },
  ],
  exports: [AgentRegistry, AgentCatalog],
})
export class AgentCatalogModule {}

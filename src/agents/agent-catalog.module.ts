import { Global, Module } from '@nestjs/common';
import { AgentCatalog } from '../assistants/agent-catalog.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from './agent-definitions.js';
import { AgentRegistry } from './agent-registry.service.js';

/** Provides the port `AgentCatalog` of the assistants; global, since assistants do not know the agents. */
@Global()
@Module({
  providers: [
    { provide: AgentRegistry, useFactory: () => new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER)) },
    { provide: AgentCatalog, useExisting: AgentRegistry },
  ],
  exports: [AgentRegistry, AgentCatalog],
})
export class AgentCatalogModule {}

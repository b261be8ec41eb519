import { Module } from '@nestjs/common';
import { ConversationsModule } from '../../conversations/conversations.module.js';
import { DatasetsModule } from '../../datasets/datasets.module.js';
import { AgentRegistry } from '../agent-registry.service.js';
import type { Tool } from './tool.contract.js';
import { ToolRegistry } from './tool-registry.service.js';
import { ToolRunner } from './tool-runner.service.js';
import { TOOLS } from './tools.js';

/** What agents can look up or do, and the one way to it. */
@Module({
  imports: [ConversationsModule, DatasetsModule],
  providers: [
    ...TOOLS,
    {
      provide: ToolRegistry,
      inject: [AgentRegistry, ...TOOLS],
      useFactory: (agents: AgentRegistry, ...tools: Tool[]) => {
        const registry = new ToolRegistry(tools);
        for (const { name, tools: named } of agents.all) registry.mustHave(`The agent ${name}`, named);
        return registry;
      },
    },
    ToolRunner,
  ],
  exports: [ToolRunner],
})
export class ToolsModule {}

import { Module } from '@nestjs/common';
import { ConversationsModule } from '../../conversations/conversations.module.js';
import { DatasetsModule } from '../../datasets/datasets.module.js';
import { LlmModule } from '../../llm/llm.module.js';
import { MonitoringModule } from '../../monitoring/monitoring.module.js';
import { UsageModule } from '../../usage/usage.module.js';
import { AgentRegistry } from '../agent-registry.service.js';
import { KnowledgeModule } from '../documentation/knowledge.module.js';
import { McpServers } from './mcp/mcp-servers.service.js';
import type { Tool } from './tool.contract.js';
import { ToolRegistry } from './tool-registry.service.js';
import { ToolRunner } from './tool-runner.service.js';
import { TOOLS } from './tools.js';

/** What agents can look up or do, and the one way to it. */
@Module({
  imports: [ConversationsModule, DatasetsModule, KnowledgeModule, LlmModule, MonitoringModule, UsageModule],
  providers: [
    ...TOOLS,
    McpServers,
    {
      provide: ToolRegistry,
      inject: [AgentRegistry, McpServers, ...TOOLS],
      useFactory: (agents: AgentRegistry, mcp: McpServers, ...tools: Tool[]) => {
        const names = new Set(agents.all.map(({ name }) => name));
        const registry = new ToolRegistry(tools, mcp.mustKnow(names));
        for (const { name, tools: named } of agents.all) registry.mustHave(`The agent ${name}`, named);
        return registry;
      },
    },
    ToolRunner,
  ],
  exports: [ToolRunner],
})
export class ToolsModule {}

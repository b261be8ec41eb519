import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Role } from '../../../auth/principal.js';
import { repeat } from '../../../common/repeat.js';
import { withinTime } from '../../../common/within-time.js';
import { McpConfig } from '../../../config/config.js';
import type { McpServer } from '../../../config/env-mcp.js';
import { ReportedNeighbours } from '../../../monitoring/health/reported-neighbours.js';
import type { Tool } from '../tool.contract.js';
import { ToolSource } from '../tool-source.js';
import { McpHost } from './mcp-host.js';

/** Milliseconds that a start waits for the first listing. */
const PATIENCE = 3_000;

/** The tools of every MCP server that the operator set, as they are now. */
@Injectable()
export class McpServers extends ToolSource implements OnModuleInit, OnApplicationShutdown {
  private readonly hosts: readonly McpHost[];
  private end = (): void => undefined;

  constructor(
    private readonly config: McpConfig,
    neighbours: ReportedNeighbours,
  ) {
    super();
    this.hosts = config.servers.map((server) => new McpHost(server, config.refresh));
    if (this.hosts.length > 0)
      neighbours.report('mcp', () => (this.hosts.every(({ up }) => up) ? 'up' : 'down'));
  }

  async onModuleInit(): Promise<void> {
    if (this.hosts.length === 0) return;
    this.end = repeat(this.config.refresh, () => this.refresh());
    await withinTime(this.refresh(), PATIENCE);
  }

  async onApplicationShutdown(): Promise<void> {
    this.end();
    await Promise.all(this.hosts.map((host) => host.close()));
  }

  find(name: string): Tool | undefined {
    return this.hosts.map(({ tools }) => tools.get(name)).find(Boolean);
  }

  namesFor(agent: string): string[] {
    return this.hosts
      .filter(({ up, server }) => up && serves(server, agent))
      .flatMap(({ tools }) => [...tools.keys()]);
  }

  missingFor(role: Role, agents: readonly string[]): string[] {
    return this.hosts
      .filter(({ up, server }) => !up && server.roles.includes(role))
      .filter(({ server }) => agents.some((agent) => serves(server, agent)))
      .map(({ server }) => `The tools of the MCP server ${server.name} (MCP_SERVERS): it does not answer.`);
  }

  /** Throws a sentence with those agents of the configuration that there are not. */
  mustKnow(agents: ReadonlySet<string>): this {
    const named = this.config.servers.flatMap((server) => server.agents ?? []);
    const unknown = [...new Set(named)].filter((agent) => !agents.has(agent));
    if (unknown.length > 0)
      throw new Error(`MCP_SERVERS names agents that do not exist: ${unknown.join(', ')}`);
    return this;
  }

  private async refresh(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.refresh()));
  }
}

function serves({ agents }: McpServer, agent: string): boolean {
  return agents?.includes(agent) ?? true;
}

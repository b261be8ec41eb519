import { Logger } from '@nestjs/common';
import { BrokenCircuitError } from 'cockatiel';
import type { McpServer } from '../../../config/env-mcp.js';
import { Breaker } from '../../../common/breaker.js';
import { AppError } from '../../../common/errors/app-error.js';
import { plain } from '../../../crewai/answer/crew-table.js';
import type { ToolFindings } from '../tool.contract.js';
import { ToolErrors } from '../tools.errors.js';
import { isRefusal, McpLine, NotConnected } from './mcp-line.js';
import { mcpFindings, mcpSaid } from './mcp-result.js';
import { mcpAway, mcpSpared, McpErrors, mcpToolFailed, mcpUnavailable } from './mcp.errors.js';
import { type McpTool, mcpToolOf } from './mcp.tool.js';

const MAX_TOOLS = 40;
const FAILURES = 3;
/** Beyond a tool's own time, which ends a call first and says so. */
const GRACE = 1_000;
/** Milliseconds in which a server's notices lead to one listing, however many there are. */
const NOTICES = 500;
const AGAINST: ReadonlySet<string> = new Set([McpErrors.MCP_UNAVAILABLE.code, ToolErrors.TOOL_TIMEOUT.code]);

/** One server: which tools of it there are now, and the way to them. */
export class McpHost {
  private readonly logger = new Logger(McpHost.name);
  private readonly line: McpLine;
  private readonly breaker: Breaker;
  private listing: Promise<void> | undefined;
  private stale = false;
  private answers = false;
  private noticed: NodeJS.Timeout | undefined;
  /** As they were listed last, also while the server does not answer. */
  tools: ReadonlyMap<string, McpTool> = new Map();

  /** In: `pause`, milliseconds for which the server is spared after failures. */
  constructor(
    readonly server: McpServer,
    pause: number,
  ) {
    this.line = new McpLine(server, () => this.notice());
    this.breaker = new Breaker({ failures: FAILURES, pause }, ({ code }) => AGAINST.has(code));
  }

  get up(): boolean {
    return this.answers && !this.breaker.sparing;
  }

  /** Lists the tools anew, once more where it is asked for while it lists. Never throws. */
  refresh(): Promise<void> {
    this.stale = this.listing !== undefined;
    this.listing ??= this.listAll().finally(() => (this.listing = undefined));
    return this.listing;
  }

  close(): Promise<void> {
    clearTimeout(this.noticed);
    return this.line.close();
  }

  private notice(): void {
    this.noticed ??= setTimeout(() => {
      this.noticed = undefined;
      void this.refresh();
    }, NOTICES).unref();
  }

  private async listAll(): Promise<void> {
    await this.list();
    if (!this.stale) return;
    this.stale = false;
    await this.list();
  }

  private async list(): Promise<void> {
    const { name } = this.server;
    try {
      const listed = (await this.line.list()).slice(0, MAX_TOOLS);
      const tools = listed.flatMap((one) => mcpToolOf(this.server, one, this.call) ?? []);
      this.tools = new Map(tools.toReversed().map((tool) => [tool.manifest.name, tool]));
      if (!this.answers) this.logger.log({ server: name, tools: this.tools.size }, 'an MCP server is there');
      this.answers = true;
    } catch (error) {
      if (this.answers) this.logger.warn({ server: name, reason: nameOf(error) }, 'an MCP server is gone');
      this.answers = false;
    }
  }

  private readonly call = async (
    tool: McpTool,
    args: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<ToolFindings> => {
    try {
      return await this.breaker.execute(() => this.callOnce(tool, args, signal));
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw mcpSpared(tool.manifest.name);
      throw error;
    }
  };

  private async callOnce(
    { manifest: { name, effect, timeout }, remoteName }: McpTool,
    args: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<ToolFindings> {
    const writes = effect === 'write';
    try {
      const result = await this.line.call(remoteName, args, timeout + GRACE, signal);
      const found = mcpFindings(result, name, this.server.name);
      if (!found) throw mcpUnavailable(name, writes, undefined);
      if (result.isError) throw mcpToolFailed(name, writes, mcpSaid(result));
      return found;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AppError) throw error;
      if (isRefusal(error)) throw mcpToolFailed(name, writes, plain(error.message, 300));
      void this.refresh();
      if (error instanceof NotConnected) throw mcpAway(name);
      throw mcpUnavailable(name, writes, error);
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

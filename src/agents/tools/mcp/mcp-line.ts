import {
  type CallToolResult,
  Client,
  type jsonSchemaValidator,
  type JsonSchemaValidator,
  type JsonSchemaValidatorResult,
  ProtocolError,
  StreamableHTTPClientTransport,
  type Tool as ListedTool,
} from '@modelcontextprotocol/client';
import type { McpServer } from '../../../config/env-mcp.js';
import { mcpFetch } from './mcp-fetch.js';

const MAX_PAGES = 10;
const LISTING = 10_000;

/** Another server's schemas are not compiled here: what it gives is checked where it is read. */
const UNCHECKED: jsonSchemaValidator = { getValidator: unchecked };

function unchecked<T>(): JsonSchemaValidator<T> {
  return (input) => ({ valid: true, data: input, errorMessage: undefined }) as JsonSchemaValidatorResult<T>;
}

/** Nothing was sent, because there is no connection. */
export class NotConnected extends Error {}

interface Link {
  readonly client: Client;
  /** Calls that are under way over it. */
  calls: number;
}

/** The connection to one server of MCP tools: opened when needed, opened anew when it broke. */
export class McpLine {
  private current: Link | undefined;
  /** With those that only end their calls. */
  private readonly links = new Set<Link>();
  private closed = false;

  /** In: `changed`, called when the server says that its tools are others now. */
  constructor(
    private readonly server: Pick<McpServer, 'url' | 'headers'>,
    private readonly changed: () => void,
  ) {}

  /** Every tool that the server has now, over a new connection where the old one does not work. Throws what breaks. */
  async list(): Promise<ListedTool[]> {
    const before = this.current;
    if (before)
      try {
        return await this.listOver(before.client);
      } catch {
        this.current = undefined;
        await this.leave(before);
      }
    return this.listOver((await this.connected()).client);
  }

  /**
   * Calls once, and never again. In: `timeout`, milliseconds. Throws ProtocolError where the server refuses,
   * NotConnected where nothing was sent, else what breaks.
   */
  async call(
    name: string,
    args: Record<string, unknown>,
    timeout: number,
    signal: AbortSignal,
  ): Promise<CallToolResult> {
    const link = this.current;
    if (!link) throw new NotConnected();
    link.calls += 1;
    try {
      const limits = { signal, timeout, maxTotalTimeout: timeout };
      return await link.client.callTool({ name, arguments: args }, limits);
    } finally {
      link.calls -= 1;
      if (link !== this.current) await this.leave(link);
    }
  }

  /** For good; what is under way breaks. */
  async close(): Promise<void> {
    this.closed = true;
    this.current = undefined;
    await Promise.all([...this.links].map((link) => this.end(link)));
  }

  /** Ends a connection that is no longer the current one, after its last call. */
  private async leave(link: Link): Promise<void> {
    if (link.calls === 0) await this.end(link);
  }

  private async end(link: Link): Promise<void> {
    this.links.delete(link);
    await link.client.close().catch(() => undefined);
  }

  private async listOver(client: Client): Promise<ListedTool[]> {
    const limits = { signal: AbortSignal.timeout(LISTING), timeout: LISTING };
    return (await client.listTools(undefined, { ...limits, cacheMode: 'refresh' })).tools;
  }

  private async connected(): Promise<Link> {
    this.mustBeOpen();
    const client = new Client(
      { name: 'bizosaas-ai-chat-service', version: '1' },
      {
        ...{ jsonSchemaValidator: UNCHECKED, listMaxPages: MAX_PAGES, inputRequired: { autoFulfill: false } },
        versionNegotiation: { mode: 'auto' },
        listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => this.changed() } },
      },
    );
    const transport = new StreamableHTTPClientTransport(new URL(this.server.url), {
      requestInit: { headers: this.server.headers },
      fetch: mcpFetch,
    });
    try {
      await client.connect(transport, { timeout: LISTING, signal: AbortSignal.timeout(LISTING) });
      this.mustBeOpen();
    } catch (error) {
      await client.close().catch(() => undefined);
      throw error;
    }
    const link = { client, calls: 0 };
    this.links.add(link);
    this.current = link;
    return link;
  }

  private mustBeOpen(): void {
    if (this.closed) throw new NotConnected();
  }
}

/** Whether the server understood the request and refused it: nothing speaks against the connection. */
export function isRefusal(error: unknown): error is ProtocolError {
  return error instanceof ProtocolError;
}

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

/** The connection to one server of MCP tools: opened when needed, opened anew when it broke. */
export class McpLine {
  private client: Client | undefined;

  /** In: `changed`, called when the server says that its tools are others now. */
  constructor(
    private readonly server: Pick<McpServer, 'url' | 'headers'>,
    private readonly changed: () => void,
  ) {}

  /** Every tool that the server has now, over a new connection where the old one does not work. Throws what breaks. */
  async list(): Promise<ListedTool[]> {
    const before = this.client;
    if (before)
      try {
        return await this.listOver(before);
      } catch {
        await this.close();
      }
    return this.listOver(await this.connected());
  }

  /** Calls once, and never again. In: `timeout`, milliseconds. Throws ProtocolError where the server refuses, else what breaks. */
  async call(
    name: string,
    args: Record<string, unknown>,
    timeout: number,
    signal: AbortSignal,
  ): Promise<CallToolResult> {
    const { client } = this;
    if (!client) throw new Error('There is no connection');
    return client.callTool({ name, arguments: args }, { signal, timeout, maxTotalTimeout: timeout });
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.close().catch(() => undefined);
  }

  private async listOver(client: Client): Promise<ListedTool[]> {
    const limits = { signal: AbortSignal.timeout(LISTING), timeout: LISTING };
    return (await client.listTools(undefined, { ...limits, cacheMode: 'refresh' })).tools;
  }

  private async connected(): Promise<Client> {
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
    } catch (error) {
      await client.close().catch(() => undefined);
      throw error;
    }
    this.client = client;
    return client;
  }
}

/** Whether the server understood the request and refused it: nothing speaks against the connection. */
export function isRefusal(error: unknown): error is ProtocolError {
  return error instanceof ProtocolError;
}

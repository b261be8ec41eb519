import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  type CallToolResult,
  createMcpHandler,
  fromJsonSchema,
  McpServer,
  type ToolAnnotations,
} from '@modelcontextprotocol/server';

import { ROLES } from '../../src/auth/principal.js';
import type { McpServer as ConfiguredServer } from '../../src/config/env-mcp.js';
import { parseEnv } from '../../src/config/env.schema.js';

/** One tool of the server that tests start. */
export interface ServedTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: object;
  readonly annotations?: ToolAnnotations;
  readonly answer?: (args: any, signal: AbortSignal) => CallToolResult | Promise<CallToolResult>;
}

/** What the server does in place of an answer: a status with headers and a body, or nothing at all. */
export type McpFault =
  'hang' | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

export interface TestMcpServer {
  readonly url: string;
  tools: ServedTool[];
  /** Of every request while it is set. */
  fault: McpFault | undefined;
  /** `tool {arguments}` of each call that ran. */
  readonly calls: string[];
  readonly headers: IncomingMessage['headers'][];
  /** The `method` of every request that had one. */
  readonly methods: string[];
  /** Tells everybody who listens that the tools are others now. */
  changed(): void;
  close(): Promise<void>;
}

/** A server as an operator would describe it: `crm`, for every role. */
export function mcpServer(url: string, more: object = {}): ConfiguredServer {
  const servers = JSON.stringify([{ name: 'crm', url, roles: ROLES, ...more }]);
  const [server] = parseEnv({ MCP_SERVERS: servers }).MCP_SERVERS ?? [];
  if (!server) throw new Error('No server');
  return server;
}

export const saying = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] });

/** A true MCP server over Streamable HTTP, on a free port or the given one. */
export async function startMcpServer(tools: ServedTool[], port = 0): Promise<TestMcpServer> {
  const handler = createMcpHandler(() => built(served), { keepAliveMs: 0 });
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    served.headers.push(request.headers);
    const body = await buffer(request);
    served.methods.push(/"method":\s*"([^"]+)"/.exec(body.toString())?.[1] ?? request.method ?? '');
    const { fault } = served;
    if (fault === 'hang') return;
    if (fault) {
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    }
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const given = await handler.fetch(
      new Request(`http://${request.headers.host}${request.url}`, {
        method: request.method ?? 'GET',
        headers: request.headers as Record<string, string>,
        signal: gone.signal,
        ...(body.length > 0 ? { body } : {}),
      }),
    );
    response.writeHead(given.status, Object.fromEntries(given.headers));
    response.flushHeaders();
    for await (const chunk of given.body ?? []) response.write(chunk);
    response.end();
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const served: TestMcpServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    tools,
    fault: undefined,
    calls: [],
    headers: [],
    methods: [],
    changed: () => handler.notify.toolsChanged(),
    close: async () => {
      await handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return served;
}

function built(served: TestMcpServer): McpServer {
  const server = new McpServer(
    { name: 'test', version: '1' },
    { capabilities: { tools: { listChanged: true } } },
  );
  for (const { name, description, inputSchema, annotations, answer } of served.tools)
    server.registerTool(
      name,
      {
        ...(description === undefined ? {} : { description }),
        inputSchema: fromJsonSchema<any>((inputSchema ?? { type: 'object' }) as never),
        ...(annotations ? { annotations } : {}),
      },
      async (args, context) => {
        served.calls.push(`${name} ${JSON.stringify(args)}`);
        return (await answer?.(args, context.mcpReq.signal)) ?? saying('Found.');
      },
    );
  return server;
}

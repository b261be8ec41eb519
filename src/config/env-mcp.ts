import { isIP } from 'node:net';
import { z } from 'zod';
import { doc } from './env-doc.js';
import { whole } from './env-fields.js';

const MAX_SERVERS = 20;
const NEAR_ADDRESS = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]$|\[f[cd])/;
const NEAR_NAME = /^[^.]+$|\.(internal|local|localhost|svc|cluster\.local)$/;
const SECRET = /\$\{([^}]*)\}/g;

const names = z.array(z.string().min(1).max(128)).max(100);
const address = z.string().refine((value) => {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, hash } = new URL(value);
  return /^https?:$/.test(protocol) && !username && !password && !hash;
}, 'must be an http or https address without a user name or fragment');
const header = z
  .string()
  .max(8000)
  .regex(/^[\t\x20-\x7e]*$/, 'must be one line of ASCII')
  .refine(
    (value) => [...value.matchAll(SECRET)].every(([, name]) => /^MCP_[A-Z0-9_]+$/.test(name ?? '')),
    'may only name variables that begin with MCP_, such as ${MCP_TOKEN}',
  );

const McpServer = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9]{0,19}$/, 'must be at most 20 lower case letters and digits'),
  url: address,
  roles: z.array(z.enum(['super_admin', 'tenant_admin', 'user', 'readonly'])).min(1),
  agents: z.array(z.string().regex(/^[a-z][a-z0-9_]{1,63}$/)).optional(),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), header).default({}),
  tools: names.optional(),
  write_tools: names.default([]),
  trust_annotations: z.boolean().default(false),
  timeout_s: z.int().min(1).max(120).default(30),
  budget: z.int().min(1).max(50).default(4),
});
/** A server of MCP tools as the operator describes it; every header's references are put in by `mcpSecrets`. */
export type McpServer = z.output<typeof McpServer>;

const McpServers = z
  .array(McpServer)
  .max(MAX_SERVERS)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'has a name twice');

const mcpServers = z.string().transform((text, context): McpServer[] => {
  const parsed = McpServers.safeParse(fromJson(text));
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues)
    context.addIssue({ code: 'custom', message: [path.join('.'), message].filter(Boolean).join(': ') });
  return z.NEVER;
});

/** The variables of servers of MCP tools, as members of the whole schema. */
export const mcpEnv = {
  MCP_SERVERS: mcpServers.optional().meta(
    doc(
      'Models',
      'Servers of MCP tools (Streamable HTTP) and who may use them, as JSON; see docs/tools.md.',
      {
        example:
          '[{"name":"crm","url":"https://crm.example.com/mcp","roles":["tenant_admin"],"tools":["find"]}]',
        secret: true,
      },
    ),
  ),
  MCP_REFRESH: whole(60, 1, 3600).meta(
    doc('Models', 'Seconds after which the tools of MCP servers are listed again.'),
  ),
};

/** Whether an address is safe to be reached without TLS: this machine, a private network, a name without a domain. */
export function isNear(url: string): boolean {
  const { hostname } = new URL(url);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) > 0;
  return isAddress ? NEAR_ADDRESS.test(hostname) : NEAR_NAME.test(hostname);
}

/**
 * Puts the values of other variables into headers. In: servers, and variables as the process got them.
 * Out: the servers, and a sentence for each variable that is not set or cannot stand in a header; never a value.
 */
export function mcpSecrets(
  servers: readonly McpServer[],
  source: Readonly<Record<string, string | undefined>>,
): { servers: McpServer[]; problems: string[] } {
  const problems: string[] = [];
  const filled = (server: string, value: string): string =>
    value.replace(SECRET, (_, name: string) => {
      const secret = source[name] ?? '';
      if (!/^[\t\x20-\x7e]+$/.test(secret))
        problems.push(`MCP_SERVERS: ${server} needs ${name}, which is not set or not one line of ASCII`);
      return secret;
    });
  const done = servers.map((server) => ({
    ...server,
    headers: Object.fromEntries(
      Object.entries(server.headers).map(([key, value]) => [key, filled(server.name, value)]),
    ),
  }));
  return { servers: done, problems };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

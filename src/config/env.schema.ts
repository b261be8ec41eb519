import { z } from 'zod';
import { crewEnv } from './env-crews.js';
import { doc } from './env-doc.js';
import { mcpEnv, mcpSecrets } from './env-mcp.js';
import { pricesEnv } from './env-prices.js';
import { memoryEnv } from './env-memory.js';
import { brokenRules } from './env-rules.js';
import { sourcesEnv } from './env-sources.js';
import { flag, fraction, list, proxies, url, whole } from './env-fields.js';

/**
 * Every variable that the service reads, with its default and one line of documentation.
 * `.env.example` and the README's table are generated from it.
 */
export const EnvSchema = z.object({
  HOST: z.string().min(1).default('0.0.0.0').meta(doc('Service', 'Address to listen on.')),
  PORT: whole(3003, 0, 65535).meta(doc('Service', 'Port to listen on; 0 takes a free one.')),
  ENV: z
    .enum(['development', 'test', 'staging', 'production'])
    .default('development')
    .meta(
      doc(
        'Service',
        'In production demo identities and weak secrets are refused, docs and metrics are closed.',
      ),
    ),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .transform((level) => (level === 'warning' ? 'warn' : level === 'critical' ? 'fatal' : level))
    .pipe(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']))
    .default('info')
    .meta(doc('Service', 'trace, debug, info, warning, error, fatal or silent.')),
  LOG_FORMAT: z
    .enum(['json', 'text'])
    .default('json')
    .meta(doc('Service', 'json, or text for a person at a terminal.')),
  WORKERS: whole(1, 1, 64).meta(
    doc('Service', 'Node processes on one port, under a supervisor where more than one.'),
  ),
  CORS_ORIGINS: list
    .optional()
    .meta(
      doc(
        'Service',
        'Origins that may call from a browser, as JSON or comma list; otherwise the two dashboards and the service itself.',
        { example: '["http://localhost:3001","http://localhost:5000"]' },
      ),
    ),
  TAILADMIN_URL: url('http', 'https')
    .default('http://localhost:3001')
    .meta(doc('Service', 'Where TailAdmin lives.')),
  SQLADMIN_URL: url('http', 'https')
    .default('http://localhost:5000')
    .meta(doc('Service', 'Where SQLAdmin lives.')),
  TRUST_PROXY: proxies
    .default('loopback')
    .meta(doc('Service', 'Proxies whose X-Forwarded-For is believed (addresses, subnets, or loopback).')),

  AUTH_SERVICE_URL: url('http', 'https')
    .optional()
    .meta(
      doc('Authentication', 'auth-service-v2; decides user, tenant and role.', {
        example: 'http://localhost:3002',
      }),
    ),
  JWT_SECRET: z
    .string()
    .min(1)
    .optional()
    .meta(
      doc('Authentication', 'HS256 secret shared with auth-service-v2, 32 bytes or more.', {
        example: 'your-secret-key',
        secret: true,
      }),
    ),
  AUTH_JWKS_URL: url('http', 'https')
    .optional()
    .meta(
      doc('Authentication', 'Public keys for RS256, ES256 and EdDSA tokens.', {
        example: 'https://auth.example.com/.well-known/jwks.json',
      }),
    ),
  JWT_AUDIENCE: z
    .string()
    .min(1)
    .default('fastapi-users:auth')
    .meta(doc('Authentication', 'Audience that a token must name.')),
  JWT_ISSUER: z
    .string()
    .min(1)
    .optional()
    .meta(
      doc('Authentication', 'Issuer that a token must name, when set.', {
        example: 'https://auth.example.com',
      }),
    ),
  AUTH_CACHE_TTL: whole(60, 0, 60).meta(
    doc('Authentication', 'Seconds for which an answer of auth-service-v2 is believed.'),
  ),
  DEMO_MODE: flag(false).meta(
    doc('Authentication', 'Demo identities for everybody who can reach the service. Never in production.'),
  ),

  DATABASE_URL: url('postgresql', 'postgres', 'postgresql+asyncpg')
    .optional()
    .meta(
      doc('Database', 'PostgreSQL 15 or later; without it npm start runs one of its own in DATA_DIR.', {
        example: 'postgresql://user:pass@localhost/db',
        secret: true,
      }),
    ),
  DATABASE_POOL_SIZE: whole(16, 2, 200).meta(doc('Database', 'Connections to PostgreSQL per process.')),
  DATA_DIR: z.string().min(1).default('.data').meta(doc('Database', 'Folder of the embedded PostgreSQL.')),
  REDIS_URL: url('redis', 'rediss')
    .optional()
    .meta(
      doc('Database', 'Redis for the cache, limits and live events of several nodes; memory when unset.', {
        example: 'redis://localhost:6379/0',
        secret: true,
      }),
    ),

  OPENAI_API_KEY: z
    .string()
    .min(1)
    .optional()
    .meta(doc('Models', 'Key for OpenAI or a compatible server.', { example: 'sk-your-key', secret: true })),
  OPENAI_BASE_URL: url('http', 'https')
    .optional()
    .meta(
      doc('Models', 'A compatible server (Ollama, vLLM); the key may then be unset.', {
        example: 'http://localhost:11434/v1',
      }),
    ),
  OPENAI_MODEL: z
    .string()
    .min(1)
    .default('gpt-4o-mini')
    .meta(doc('Models', 'Model asked of OPENAI_BASE_URL or OpenAI.')),
  ANTHROPIC_API_KEY: z
    .string()
    .min(1)
    .optional()
    .meta(doc('Models', 'Key for Anthropic.', { example: 'your-key', secret: true })),
  ANTHROPIC_BASE_URL: url('http', 'https')
    .optional()
    .meta(doc('Models', 'Another address for the Anthropic API.', { example: 'https://api.anthropic.com' })),
  ANTHROPIC_MODEL: z
    .string()
    .min(1)
    .default('claude-sonnet-4-5')
    .meta(doc('Models', 'Model asked of Anthropic.')),
  LLM_PROVIDER: z
    .enum(['openai', 'anthropic'])
    .optional()
    .meta(doc('Models', 'Which of two configured providers is asked first.', { example: 'openai' })),
  LLM_TIMEOUT: whole(60, 1, 170).meta(
    doc('Models', 'Seconds that a model may stay silent, before the first token and between tokens.'),
  ),
  MAX_OUTPUT_TOKENS: whole(4096, 16, 1_000_000).meta(
    doc('Models', 'Tokens of one answer at most; lower it where a model with a small window refuses.'),
  ),
  AGENT_CONFIDENCE_THRESHOLD: fraction(0.7).meta(
    doc('Models', 'Confidence below which the default agent answers.'),
  ),
  AGENTS_DIR: z
    .string()
    .min(1)
    .optional()
    .meta(
      doc('Models', 'Folder with definitions of further agents, one YAML file each.', {
        example: '/etc/bizosaas/agents',
      }),
    ),

  ...pricesEnv,
  ...crewEnv,

  ...mcpEnv,
  ...sourcesEnv,
  ...memoryEnv,

  MAX_MESSAGE_LENGTH: whole(4096, 1, 100_000).meta(doc('Chat', 'Characters of one message.')),
  MAX_CONVERSATION_HISTORY: whole(20, 1, 200).meta(
    doc('Chat', "Messages that a model sees at most; an assistant's own limit may be lower."),
  ),
  CONVERSATION_TIMEOUT_MINUTES: whole(30, 1, 100_000).meta(
    doc(
      'Chat',
      'Idle minutes after which a session counts as inactive; of what was said before them a model sees one turn and a summary.',
    ),
  ),
  ENABLE_TYPING_INDICATORS: flag(true).meta(
    doc('Chat', "Typing and presence are shown on a user's other devices."),
  ),
  RUN_TIMEOUT: whole(180, 5, 900).meta(doc('Chat', 'Seconds after which an unfinished answer is given up.')),
  APPROVAL_TIMEOUT: whole(900, 30, 86_400).meta(
    doc('Chat', 'Seconds that a person has to approve or refuse what an answer wants to do.'),
  ),
  RUN_LEASE: whole(10, 1, 120).meta(
    doc('Operation', 'Seconds without a sign of life after which another node takes an answer over.'),
  ),
  DRAIN_TIMEOUT: whole(20, 0, 600).meta(
    doc('Operation', 'Seconds that running answers get to finish when the service is told to stop.'),
  ),
  LOG_BATCH_MS: whole(30, 1, 1000).meta(
    doc('Operation', 'Milliseconds that pieces of answers wait at most to be stored together.'),
  ),
  LOG_KEEP_MINUTES: whole(15, 1, 1440).meta(
    doc('Operation', 'Minutes after its end for which an answer can be resumed piece by piece.'),
  ),
  MAX_OPEN_RUNS_PER_USER: whole(20, 1, 10_000).meta(
    doc('Chat', 'Answers that a user may have under way or waiting, over all conversations.'),
  ),
  RATE_LIMIT_PER_MINUTE: whole(60, 1, 1_000_000).meta(doc('Chat', 'Messages a user may send in a minute.')),

  MAX_CONCURRENT_CONNECTIONS: whole(1000, 1, 1_000_000).meta(
    doc('Sockets', 'Open sockets of this machine, over all its workers.'),
  ),
  MAX_CONNECTIONS_PER_USER: whole(20, 1, 1_000_000).meta(
    doc('Sockets', 'Open sockets of one user, per process.'),
  ),
  MAX_CONNECTIONS_PER_ADDRESS: whole(200, 1, 1_000_000).meta(
    doc('Sockets', 'Open sockets from one address (IPv6: one /64), per process; see TRUST_PROXY.'),
  ),
  WS_PING_INTERVAL: whole(20, 1, 600).meta(doc('Sockets', 'Seconds between pings.')),
  WS_PING_TIMEOUT: whole(10, 1, 600).meta(doc('Sockets', 'Seconds that a pong may take.')),
  WS_MAX_SIZE: whole(65_536, 1024, 16_777_216).meta(doc('Sockets', 'Bytes of one incoming frame.')),

  ENABLE_METRICS: flag(true).meta(doc('Operation', 'GET /metrics answers.')),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .meta(
      doc('Operation', 'Bearer token of /metrics; needed in production.', {
        example: 'a-long-random-string',
        secret: true,
      }),
    ),
  ENABLE_DOCS: flag(false).meta(doc('Operation', 'API documentation in production too.')),
});
export type Env = z.output<typeof EnvSchema>;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/**
 * In: variables as the process got them; empty strings count as unset.
 * Out: the typed, frozen environment. Throws ConfigError naming every bad key at once.
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Readonly<Env> {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = EnvSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const mcp = mcpSecrets(parsed.data.MCP_SERVERS ?? [], given);
  const broken = [...brokenRules(parsed.data), ...mcp.problems];
  if (broken.length > 0) throw new ConfigError(broken);
  return Object.freeze({ ...parsed.data, ...(parsed.data.MCP_SERVERS ? { MCP_SERVERS: mcp.servers } : {}) });
}

/** The only reader of process.env. */
export function readEnv(): Readonly<Env> {
  return parseEnv(process.env);
}

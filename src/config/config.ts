import { resolve } from 'node:path';
import type { McpServer } from './env-mcp.js';
import type { Env } from './env.schema.js';
import { PricesConfig } from './prices-config.js';

/** Typed slices of the environment. A class asks for the slice it needs, never for a key by name. */

export class ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly env: Env['ENV'];
  readonly production: boolean;
  readonly corsOrigins: readonly string[];
  readonly trustProxy: string;
  readonly docs: boolean;
  readonly dataDir: string;

  constructor(env: Env) {
    this.host = env.HOST;
    this.port = env.PORT;
    this.env = env.ENV;
    this.production = env.ENV === 'production';
    this.corsOrigins = env.CORS_ORIGINS ?? [
      new URL(env.TAILADMIN_URL).origin,
      new URL(env.SQLADMIN_URL).origin,
    ];
    this.trustProxy = env.TRUST_PROXY;
    this.docs = env.ENABLE_DOCS || env.ENV !== 'production';
    this.dataDir = resolve(env.DATA_DIR);
  }
}

export class LogConfig {
  readonly level: Env['LOG_LEVEL'];
  readonly format: Env['LOG_FORMAT'];

  constructor(env: Env) {
    this.level = env.LOG_LEVEL;
    this.format = env.LOG_FORMAT;
  }
}

export class AuthConfig {
  readonly serviceUrl: string | undefined;
  readonly secret: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly audience: string;
  readonly issuer: string | undefined;
  /** Milliseconds. */
  readonly cacheTtl: number;
  /** True where demo identities are handed out: asked for, or nothing else is set outside production. */
  readonly demo: boolean;
  /** True only where DEMO_MODE=true was set on purpose; tokens then go to any address. */
  readonly demoForAll: boolean;
  readonly production: boolean;

  constructor(env: Env) {
    this.serviceUrl = env.AUTH_SERVICE_URL?.replace(/\/+$/, '');
    this.secret = env.JWT_SECRET;
    this.jwksUrl = env.AUTH_JWKS_URL;
    this.audience = env.JWT_AUDIENCE;
    this.issuer = env.JWT_ISSUER;
    this.cacheTtl = env.AUTH_CACHE_TTL * 1000;
    this.production = env.ENV === 'production';
    this.demoForAll = env.DEMO_MODE;
    const nothingSet = !this.serviceUrl && !this.secret && !this.jwksUrl;
    this.demo = env.DEMO_MODE || (nothingSet && !this.production);
  }
}

export class DatabaseConfig {
  /** Unset: the starting process runs an embedded PostgreSQL and passes its address on. */
  readonly url: string | undefined;
  readonly poolSize: number;
  readonly dataDir: string;

  constructor(env: Env) {
    this.url = env.DATABASE_URL?.replace(/^postgresql\+asyncpg:/, 'postgresql:');
    this.poolSize = env.DATABASE_POOL_SIZE;
    this.dataDir = resolve(env.DATA_DIR);
  }
}

export class RedisConfig {
  readonly url: string | undefined;

  constructor(env: Env) {
    this.url = env.REDIS_URL;
  }
}

export class LlmConfig {
  readonly openai: { apiKey: string | undefined; baseUrl: string | undefined; model: string } | undefined;
  readonly anthropic: { apiKey: string; baseUrl: string | undefined; model: string } | undefined;
  readonly first: 'openai' | 'anthropic' | undefined;
  /** Milliseconds of silence allowed. */
  readonly timeout: number;
  readonly maxOutputTokens: number;
  /** Tokens that models take, by the beginning of their names, before the built-in table. */
  readonly windows: ReadonlyMap<string, number>;

  constructor(env: Env) {
    if (env.OPENAI_API_KEY || env.OPENAI_BASE_URL) {
      this.openai = { apiKey: env.OPENAI_API_KEY, baseUrl: env.OPENAI_BASE_URL, model: env.OPENAI_MODEL };
    }
    if (env.ANTHROPIC_API_KEY) {
      this.anthropic = {
        apiKey: env.ANTHROPIC_API_KEY,
        baseUrl: env.ANTHROPIC_BASE_URL,
        model: env.ANTHROPIC_MODEL,
      };
    }
    this.first = env.LLM_PROVIDER;
    this.timeout = env.LLM_TIMEOUT * 1000;
    this.maxOutputTokens = env.MAX_OUTPUT_TOKENS;
    this.windows = env.MODEL_WINDOWS ?? new Map();
  }
}

export interface CrewAgentConfig {
  /** A path at the Crew service, or a whole address; no slash at its end. */
  readonly url: string;
  readonly contract: Env['CREW_AI_CONTRACT'] | undefined;
  readonly token: string | undefined;
}

export class CrewConfig {
  readonly url: string | undefined;
  /** Milliseconds that a crew may stay silent. */
  readonly timeout: number;
  readonly tries: number;
  readonly contract: Env['CREW_AI_CONTRACT'];
  readonly token: string | undefined;
  /** By the names of agents. */
  readonly agents: ReadonlyMap<string, CrewAgentConfig>;
  /** Whether a language model may reword a crew's answer. */
  readonly enhanced: boolean;
  /** Milliseconds that its first word is waited for. */
  readonly enhancedWait: number;
  readonly webhookUrl: string | undefined;
  readonly webhookSecret: string | undefined;

  constructor(env: Env) {
    this.url = withoutSlash(env.CREW_AI_SERVICE_URL);
    this.timeout = env.CREW_AI_TIMEOUT * 1000;
    this.tries = env.CREW_AI_RETRY_ATTEMPTS;
    this.contract = env.CREW_AI_CONTRACT;
    this.token = env.CREW_AI_TOKEN;
    this.agents = new Map(
      Object.entries<Partial<CrewAgentConfig> & { url: string }>(env.CREW_AI_AGENTS ?? {}).map(
        ([agent, { url, contract, token }]) => [agent, { url: withoutSlash(url), contract, token }],
      ),
    );
    this.enhanced = env.ENABLE_ENHANCED_RESPONSES;
    this.enhancedWait = env.ENHANCED_RESPONSES_WAIT_MS;
    this.webhookUrl = withoutSlash(env.CREW_AI_WEBHOOK_URL);
    this.webhookSecret = env.CREW_AI_WEBHOOK_SECRET;
  }
}

function withoutSlash<T extends string | undefined>(url: T): T {
  return url?.replace(/\/+$/, '') as T;
}

export class ChatConfig {
  readonly maxMessageLength: number;
  readonly maxHistory: number;
  /** Milliseconds. */
  readonly idleAfter: number;
  readonly typing: boolean;
  readonly ratePerMinute: number;
  /** Answers of one user that may be under way or waiting. */
  readonly maxOpenRuns: number;
  readonly confidenceThreshold: number;
  /** Whether what a model no longer sees is summarised. */
  readonly summaries: boolean;
  readonly titles: boolean;

  constructor(env: Env) {
    this.maxMessageLength = env.MAX_MESSAGE_LENGTH;
    this.maxHistory = env.MAX_CONVERSATION_HISTORY;
    this.idleAfter = env.CONVERSATION_TIMEOUT_MINUTES * 60_000;
    this.typing = env.ENABLE_TYPING_INDICATORS;
    this.ratePerMinute = env.RATE_LIMIT_PER_MINUTE;
    this.maxOpenRuns = env.MAX_OPEN_RUNS_PER_USER;
    this.summaries = env.ENABLE_CONVERSATION_SUMMARIES;
    this.titles = env.ENABLE_CONVERSATION_TITLES;
    this.confidenceThreshold = env.AGENT_CONFIDENCE_THRESHOLD;
  }
}

export class AgentsConfig {
  /** Folder with agents of the operator, absolute. */
  readonly folder: string | undefined;

  constructor(env: Env) {
    this.folder = env.AGENTS_DIR === undefined ? undefined : resolve(env.AGENTS_DIR);
  }
}

export class RunsConfig {
  /** Milliseconds from start to the end of a run. */
  readonly timeout: number;
  /** Milliseconds that a person has for a decision on what an answer wants to do. */
  readonly approvalTimeout: number;
  /** Milliseconds that a claim holds without a sign of life of its owner. */
  readonly lease: number;
  /** Milliseconds between two signs of life, and between two looks for runs that nobody works on. */
  readonly renewEvery: number;
  readonly sweepEvery: number;
  /** Milliseconds that an event waits at most for others to be written with it. */
  readonly batchEvery: number;
  /** Minutes after the end of a run for which its log is kept. */
  readonly keepLog: number;
  /** Milliseconds that running answers get to finish when the node is told to go. */
  readonly drain: number;

  constructor(env: Env) {
    this.timeout = env.RUN_TIMEOUT * 1000;
    this.approvalTimeout = env.APPROVAL_TIMEOUT * 1000;
    this.lease = env.RUN_LEASE * 1000;
    this.renewEvery = this.lease * 0.3;
    this.sweepEvery = this.lease * 0.2;
    this.batchEvery = env.LOG_BATCH_MS;
    this.keepLog = env.LOG_KEEP_MINUTES;
    this.drain = env.DRAIN_TIMEOUT * 1000;
  }
}

export class SocketConfig {
  readonly maxConnections: number;
  readonly maxPerUser: number;
  readonly maxPerAddress: number;
  /** Milliseconds. */
  readonly pingInterval: number;
  /** Milliseconds. */
  readonly pingTimeout: number;
  /** Bytes. */
  readonly maxFrame: number;

  constructor(env: Env) {
    this.maxConnections = env.MAX_CONCURRENT_CONNECTIONS;
    this.maxPerUser = env.MAX_CONNECTIONS_PER_USER;
    this.maxPerAddress = env.MAX_CONNECTIONS_PER_ADDRESS;
    this.pingInterval = env.WS_PING_INTERVAL * 1000;
    this.pingTimeout = env.WS_PING_TIMEOUT * 1000;
    this.maxFrame = env.WS_MAX_SIZE;
  }
}

export class MetricsConfig {
  readonly enabled: boolean;
  readonly token: string | undefined;

  constructor(env: Env) {
    this.enabled = env.ENABLE_METRICS && (env.ENV !== 'production' || env.METRICS_TOKEN !== undefined);
    this.token = env.METRICS_TOKEN;
  }
}

export class SourcesConfig {
  readonly prometheusUrl: string | undefined;
  /** Folders and addresses of documents, as they were listed. */
  readonly knowledge: readonly string[];

  constructor(env: Env) {
    this.prometheusUrl = withoutSlash(env.PROMETHEUS_URL);
    this.knowledge = env.KNOWLEDGE_SOURCES ?? [];
  }
}

export class McpConfig {
  readonly servers: readonly McpServer[];
  /** Milliseconds between two listings of a server's tools. */
  readonly refresh: number;

  constructor(env: Env) {
    this.servers = env.MCP_SERVERS ?? [];
    this.refresh = env.MCP_REFRESH * 1000;
  }
}

export const CONFIG_SLICES = [
  ServerConfig,
  LogConfig,
  AuthConfig,
  DatabaseConfig,
  RedisConfig,
  LlmConfig,
  CrewConfig,
  ChatConfig,
  AgentsConfig,
  RunsConfig,
  SocketConfig,
  MetricsConfig,
  SourcesConfig,
  McpConfig,
  PricesConfig,
] as const;

import type { z } from 'zod';
import type { crewEnv } from './env-crews.js';
import { isNear, type McpServer } from './env-mcp.js';

type Env = z.output<z.ZodObject<typeof crewEnv>> & {
  readonly ENV: string;
  readonly MCP_SERVERS?: readonly McpServer[] | undefined;
  readonly WORKERS: number;
  readonly REDIS_URL?: string | undefined;
};

interface EnvRule {
  readonly key: keyof Env;
  readonly broken: (env: Env) => boolean;
  readonly message: string;
}

/** What must hold between variables that are each valid on their own. */
const RULES: readonly EnvRule[] = [
  {
    key: 'CREW_AI_AGENTS',
    broken: (env) =>
      env.CREW_AI_SERVICE_URL === undefined &&
      Object.values(env.CREW_AI_AGENTS ?? {}).some(({ url }) => url.startsWith('/')),
    message: 'has paths, which need CREW_AI_SERVICE_URL',
  },
  {
    key: 'CREW_AI_WEBHOOK_SECRET',
    broken: (env) =>
      env.CREW_AI_WEBHOOK_URL !== undefined &&
      env.CREW_AI_WEBHOOK_SECRET === undefined &&
      (env.WORKERS > 1 || env.REDIS_URL !== undefined),
    message: 'is needed with CREW_AI_WEBHOOK_URL where several processes run (WORKERS, REDIS_URL)',
  },
  {
    key: 'MCP_SERVERS',
    broken: ({ ENV, MCP_SERVERS = [] }) =>
      ENV === 'production' && MCP_SERVERS.some(({ url }) => url.startsWith('http:') && !isNear(url)),
    message: 'has an http address outside of private networks; in production it must be https',
  },
];

/** Out: `key: message` of every rule that an environment breaks. Never a value. */
export function brokenRules(env: Env): string[] {
  return RULES.filter(({ broken }) => broken(env)).map(({ key, message }) => `${key}: ${message}`);
}

import { AuthConfig, CrewConfig, LlmConfig, RedisConfig, ServerConfig } from '../config/config.js';
import type { Env } from '../config/env.schema.js';

const EVERY_ADDRESS = new Set(['0.0.0.0', '::', '127.0.0.1', '::1']);

/**
 * What a person sees once the service listens: where to click, and what is configured.
 * In: the environment as it was given, and the port that was taken. Out: plain lines.
 */
export function announcement(env: Env, port: number): string[] {
  const { host, docs } = new ServerConfig(env);
  const name = EVERY_ADDRESS.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const base = `http://${name}:${port}`;
  const row = (label: string, text: string): string => `  ${label.padEnd(11)}${text}`;
  return [
    'BizOSaaS AI Chat Service is ready.',
    row('Try it', `${base}/chat/widget`),
    row('Figures', `${base}/chat/admin`),
    ...(docs ? [row('API docs', `${base}/chat/docs`)] : []),
    row('Health', `${base}/health`),
    row('Identities', identities(new AuthConfig(env))),
    row('Answers', answers(new LlmConfig(env))),
    row(
      'Database',
      env.DATABASE_URL ? 'DATABASE_URL' : `PostgreSQL of its own in ${new ServerConfig(env).dataDir}`,
    ),
    row('Redis', new RedisConfig(env).url ? 'REDIS_URL' : 'not configured; the cache is in memory'),
    row('Crews', crews(new CrewConfig(env))),
  ];
}

function identities(auth: AuthConfig): string {
  const verifiers = [
    auth.serviceUrl && 'AUTH_SERVICE_URL',
    auth.secret && 'JWT_SECRET',
    auth.jwksUrl && 'AUTH_JWKS_URL',
  ].filter(Boolean);
  const parts = verifiers.length > 0 ? [`tokens checked by ${verifiers.join(', ')}`] : [];
  if (auth.demo)
    parts.push(`demo roles for ${auth.demoForAll ? 'everybody who reaches this port' : 'this machine only'}`);
  return parts.join('; ');
}

function crews({ url, agents, contract }: CrewConfig): string {
  const parts = [
    ...(url ? [`CREW_AI_SERVICE_URL (${contract})`] : []),
    ...(agents.size > 0 ? [`${agents.size} of their own in CREW_AI_AGENTS`] : []),
  ];
  return parts.join('; ') || 'not configured';
}

function answers({ openai, anthropic, first }: LlmConfig): string {
  const models = [
    openai && { kind: 'openai', text: `${openai.model}${openai.baseUrl ? ' of OPENAI_BASE_URL' : ''}` },
    anthropic && { kind: 'anthropic', text: anthropic.model },
  ].filter((model) => model !== undefined);
  if (models.length === 0) {
    return 'local engine (set OPENAI_API_KEY, OPENAI_BASE_URL or ANTHROPIC_API_KEY for a model)';
  }
  models.sort((a, b) => Number(b.kind === first) - Number(a.kind === first));
  return models.map(({ text }) => text).join(', then ');
}

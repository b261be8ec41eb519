import type { AuthConfig } from '../config/config.js';
import { ConfigError } from '../config/env.schema.js';

const LEAST_SECRET_BYTES = 32;
const LEAST_DISTINCT = 8;
const EXAMPLES =
  /your[-_ ]?(super[-_ ]?)?(secret|jwt|key)|change[-_ ]?(me|this|it|in[-_ ])|replace[-_ ]?(me|this)|example|placeholder|secret[-_ ]?key[-_ ]?here|^(jwt|my|super|dev|test)?[-_ ]?secret([-_ ]?key)?$/i;

/** In: JWT_SECRET. Out: what is wrong with it, or undefined. */
function weaknessOf(secret: string): string | undefined {
  if (EXAMPLES.test(secret)) return "is an example's; make one with: openssl rand -base64 48";
  if (Buffer.byteLength(secret) < LEAST_SECRET_BYTES) return 'is shorter than 32 bytes';
  return new Set(secret).size < LEAST_DISTINCT ? 'repeats a few characters' : undefined;
}

function brokenUrls(config: AuthConfig): string[] {
  const named = { AUTH_SERVICE_URL: config.serviceUrl, AUTH_JWKS_URL: config.jwksUrl };
  return Object.entries(named).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const url = new URL(value);
    if (url.username || url.password) return [`${key}: must not hold a user name or password`];
    const extra = url.hash !== '' || (key === 'AUTH_SERVICE_URL' && url.search !== '');
    return extra ? [`${key}: must end before ? and #`] : [];
  });
}

/**
 * Refuses settings that would let strangers in. In: the slice of the environment.
 * Out: warnings for the log. Throws ConfigError naming every problem at once; in production warnings are problems.
 */
export function assertAuthConfig(config: AuthConfig): string[] {
  const problems = brokenUrls(config);
  const doubtful: string[] = [];
  const weakness = config.secret === undefined ? undefined : weaknessOf(config.secret);
  if (weakness) doubtful.push(`JWT_SECRET: ${weakness}`);
  if (config.demoForAll)
    doubtful.push('DEMO_MODE: demo identities go to everybody who can reach the service');
  if (config.production && !config.serviceUrl && !config.secret && !config.jwksUrl) {
    problems.push('JWT_SECRET, AUTH_JWKS_URL or AUTH_SERVICE_URL: production needs one to check tokens with');
  }
  if (config.production) problems.push(...doubtful);
  if (problems.length > 0) throw new ConfigError(problems);
  return doubtful;
}

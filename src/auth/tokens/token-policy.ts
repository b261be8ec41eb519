import { z } from 'zod';
import { invalidToken, tokenExpired } from '../auth.errors.js';

/**
 * What a token must be, decided in this file alone, for every transport and every key source.
 * Sources: RFC 7515, RFC 7519, RFC 8725 (best current practices for JSON Web Tokens).
 */

export const MAX_TOKEN_LENGTH = 8192;
export const LEEWAY_SECONDS = 30;
/** A token that claims to live longer is a mistake or a forgery. */
const MAX_LIFE_SECONDS = 366 * 24 * 3600;

/** Demo tokens name this key and issuer; nothing else may. */
export const DEMO_KEY_ID = 'bizosaas-demo';
export const DEMO_ISSUER = 'bizosaas-demo';

/** Who can say whether a signature is right. `service`: auth-service-v2 alone, asked with the token itself. */
export type KeySource = 'secret' | 'demo' | 'jwks' | 'service';

const ASYMMETRIC = ['RS256', 'ES256', 'EdDSA'] as const;
export const ALGORITHMS = {
  secret: ['HS256'],
  demo: ['HS256'],
  jwks: ASYMMETRIC,
  service: ['HS256', ...ASYMMETRIC],
} as const satisfies Record<KeySource, readonly string[]>;

export interface TokenRules {
  readonly secret: boolean;
  readonly jwks: boolean;
  readonly service: boolean;
  readonly demo: boolean;
  readonly audience: string;
  readonly issuer: string | undefined;
}

export interface InspectedToken {
  readonly source: KeySource;
  /** True where the token is no JWT at all; only auth-service-v2 can read it. */
  readonly opaque: boolean;
}

const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const BEARER = /^[\w\-.~+/]+=*$/;

/** Anything not listed is refused: `jku x5u jwk crit b64 zip enc` and whatever comes next. */
const Header = z.strictObject({
  alg: z.string(),
  typ: z
    .string()
    .regex(/^(application\/)?(at\+)?jwt$/i)
    .optional(),
  kid: z
    .string()
    .regex(/^[\w+/=.:@-]{1,256}$/)
    .refine((kid) => !kid.includes('..') && !kid.includes('//'))
    .optional(),
  x5t: z.string().max(128).optional(),
  'x5t#S256': z.string().max(128).optional(),
});

/**
 * Looks at a token without trusting it: size, form, header, and which key source its algorithm allows.
 * In: whatever the caller gave. Throws `AUTH_INVALID_TOKEN`.
 */
export function inspectToken(token: unknown, rules: TokenRules): InspectedToken & { token: string } {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH || !BEARER.test(token))
    throw invalidToken();
  const local = rules.secret || rules.jwks;
  const header = decodeHeader(token);
  if (header === undefined) {
    if (local || !rules.service || token.length < 8) throw invalidToken();
    return { token, source: 'service', opaque: true };
  }
  const parsed = Header.safeParse(header);
  if (!parsed.success || !COMPACT_JWS.test(token)) throw invalidToken();
  const source = sourceOf(parsed.data.alg, parsed.data.kid, rules);
  if (!source) throw invalidToken();
  return { token, source, opaque: false };
}

function sourceOf(alg: string, kid: string | undefined, rules: TokenRules): KeySource | undefined {
  if (alg === 'HS256' && kid?.includes('/')) return undefined;
  if (kid === DEMO_KEY_ID) return rules.demo && alg === 'HS256' ? 'demo' : undefined;
  const candidates: KeySource[] = [];
  if (rules.secret) candidates.push('secret');
  if (rules.jwks) candidates.push('jwks');
  if (candidates.length === 0 && rules.service) candidates.push('service');
  return candidates.find((source) => (ALGORITHMS[source] as readonly string[]).includes(alg));
}

function decodeHeader(token: string): object | undefined {
  return parseObject(
    Buffer.from(token.slice(0, Math.max(token.indexOf('.'), 0)), 'base64url').toString('utf8'),
  );
}

/** Out: the unverified payload of a JWT, or undefined. */
export function decodePayload(token: string): object | undefined {
  return parseObject(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const Subject = z.string().min(1).max(128);

const Claims = z.looseObject({
  exp: z.number().positive(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
  aud: z.union([z.string(), z.array(z.string()).min(1).max(16)]).optional(),
  iss: z.string().optional(),
  type: z.literal('access').optional(),
  sub: Subject.optional(),
  user_id: Subject.optional(),
});

/** Claims that passed the policy; role, tenant and e-mail are still as the token says them. */
export interface AcceptedClaims {
  readonly source: KeySource;
  /** Undefined only where auth-service-v2 alone knows. */
  readonly subject: string | undefined;
  /** Milliseconds since 1970; an opaque token shows none. */
  readonly expiresAt: number;
  readonly tenantId: unknown;
  readonly role: unknown;
  readonly email: unknown;
}

export const NO_EXPIRY = Number.MAX_SAFE_INTEGER;

export const OPAQUE_CLAIMS: AcceptedClaims = Object.freeze({
  source: 'service',
  subject: undefined,
  expiresAt: NO_EXPIRY,
  tenantId: undefined,
  role: undefined,
  email: undefined,
});

/**
 * Judges the payload of a token whose signature is right (or is judged by auth-service-v2).
 * Throws `AUTH_INVALID_TOKEN` or `AUTH_TOKEN_EXPIRED`. In: `now` in milliseconds since 1970.
 */
export function acceptClaims(
  payload: unknown,
  source: KeySource,
  rules: TokenRules,
  now: number,
): AcceptedClaims {
  const parsed = Claims.safeParse(payload);
  if (!parsed.success) throw invalidToken();
  const claims = parsed.data;
  const seconds = now / 1000;
  const issuer = source === 'demo' ? DEMO_ISSUER : rules.issuer;
  const subject = claims.sub ?? claims.user_id;
  if (
    claims.exp > seconds + MAX_LIFE_SECONDS ||
    (claims.nbf ?? 0) > seconds + LEEWAY_SECONDS ||
    (claims.iat ?? 0) > seconds + LEEWAY_SECONDS ||
    !isForUs(claims, rules.audience) ||
    (issuer !== undefined && claims.iss !== issuer) ||
    (source !== 'service' && subject === undefined) ||
    (claims.sub !== undefined && claims.user_id !== undefined && claims.sub !== claims.user_id)
  ) {
    throw invalidToken();
  }
  if (seconds >= claims.exp + LEEWAY_SECONDS) throw tokenExpired();
  return {
    source,
    subject,
    expiresAt: Math.floor(claims.exp * 1000),
    tenantId: claims['tenant_id'],
    role: claims['role'],
    email: claims['email'],
  };
}

/** A token made for two purposes of the same issuer (say, sign-in and password reset) serves neither. */
function isForUs(claims: z.infer<typeof Claims>, audience: string): boolean {
  if (claims.aud === undefined) return claims.type === 'access';
  const named = typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
  const family = audience.slice(0, audience.lastIndexOf(':') + 1);
  const rival = (one: string) => one !== audience && family !== '' && one.startsWith(family);
  return named.includes(audience) && !named.some(rival);
}

import { createHmac, randomUUID } from 'node:crypto';

/** Long and random enough for every check of JWT_SECRET. */
export const TEST_SECRET = 'q7Wd0mZ4tXv9Rk2LhB6yPc3uJf8sNa1eGo5iTx0K';
export const TEST_AUDIENCE = 'fastapi-users:auth';

export interface SignOptions {
  readonly secret?: string;
  /** Seconds from now; negative for an expired token. Absent: 3600. */
  readonly expiresIn?: number;
  /** More, or other, members of the header. */
  readonly header?: Readonly<Record<string, unknown>>;
}

export type Claims = Readonly<Record<string, unknown>>;

/** base64url of a value as JSON. */
export function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * An access token as auth-service-v2 signs it (HS256), with tenant and role in the claims.
 * In: claims over the defaults (`undefined` leaves one out): a new user of a new tenant with the role `user`.
 */
export function signToken(claims: Claims = {}, options: SignOptions = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    sub: randomUUID(),
    tenant_id: randomUUID(),
    role: 'user',
    email: 'someone@example.com',
    aud: [TEST_AUDIENCE],
    iat: now,
    exp: now + (options.expiresIn ?? 3600),
    ...claims,
  };
  const alg = typeof options.header?.['alg'] === 'string' ? options.header['alg'] : 'HS256';
  const head = encodePart({ alg, typ: 'JWT', ...options.header });
  const body = encodePart(payload);
  const digest = { HS384: 'sha384', HS512: 'sha512' }[alg] ?? 'sha256';
  const signature = createHmac(digest, options.secret ?? TEST_SECRET)
    .update(`${head}.${body}`)
    .digest('base64url');
  return `${head}.${body}.${signature}`;
}

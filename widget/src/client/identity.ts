/** What a token says of its bearer; absent where it does not say. Never trusted for access, only to tell users apart. */
export interface Claims {
  readonly user?: string;
  readonly tenant?: string;
  readonly role?: string;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

/** In: a JWT or an opaque token. Out: its claims, unverified; `{}` for an opaque one. */
export function claimsOf(token: string | undefined): Claims {
  try {
    const payload = token?.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/');
    if (!payload) return {};
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    const raw = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return {
      user: text(raw.sub) ?? text(raw.user_id),
      tenant: text(raw.tenant_id),
      role: text(raw.role),
      expiresAt: typeof raw.exp === 'number' ? raw.exp * 1000 : undefined,
    };
  } catch {
    return {};
  }
}

const differ = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && a !== b;

/**
 * `same` or `other` where the claims prove it; `unknown` where only the service can tell.
 * A user id without tenants counts as proof of the same user.
 */
export function compareTokens(a: string | undefined, b: string | undefined): 'same' | 'other' | 'unknown' {
  if (a !== undefined && a === b) return 'same';
  const one = claimsOf(a);
  const two = claimsOf(b);
  if (differ(one.user, two.user) || differ(one.tenant, two.tenant) || differ(one.role, two.role))
    return 'other';
  return one.user !== undefined && one.user === two.user ? 'same' : 'unknown';
}

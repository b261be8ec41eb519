import { authUnavailable, invalidToken, roleRefused, tenantRefused } from '../auth.errors.js';
import { Principal, PrincipalId, Role } from '../principal.js';
import type { AcceptedClaims } from '../tokens/token-policy.js';
import type { AuthMe } from './auth-me.contract.js';

const OPEN_TENANT = new Set(['active', 'trial']);

/**
 * In: what auth-service-v2 said, and the subject of the token where the token names one.
 * Out: the principal. Throws the refusal that fits.
 */
export function principalFromService(me: AuthMe, subject: string | undefined): Principal {
  const { user, tenant } = me;
  if (!user.is_active || (subject !== undefined && subject !== user.id) || !tenant) throw invalidToken();
  if (user.tenant_id && user.tenant_id !== tenant.id) throw authUnavailable(inconsistent());
  const who = { tenantId: tenant.id, userId: user.id };
  if (!OPEN_TENANT.has(tenant.status)) throw tenantRefused(who);
  return { ...who, role: roleOf(user.role, who), email: user.email ?? null };
}

/** In: claims that passed the policy. Out: the principal that they name. Throws the refusal that fits. */
export function principalFromClaims(claims: AcceptedClaims): Principal {
  const tenantId = PrincipalId.safeParse(claims.tenantId);
  const userId = PrincipalId.safeParse(claims.subject);
  const email = Principal.shape.email.safeParse(claims.email ?? null);
  const role = claims.role;
  if (!tenantId.success || !userId.success || !email.success || typeof role !== 'string' || role === '') {
    throw invalidToken();
  }
  const who = { tenantId: tenantId.data, userId: userId.data };
  return { ...who, role: roleOf(role, who), email: email.data };
}

function roleOf(role: unknown, who: Pick<Principal, 'tenantId' | 'userId'>): Role {
  const known = Role.safeParse(role);
  if (!known.success) throw roleRefused(who);
  return known.data;
}

function inconsistent(): Error {
  return new Error('auth-service-v2 names two tenants for one user');
}

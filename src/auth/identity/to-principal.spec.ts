import type { AcceptedClaims } from '../tokens/token-policy.js';
import { principalFromClaims } from './to-principal.js';

const CLAIMS: AcceptedClaims = {
  source: 'secret',
  subject: 'u1',
  expiresAt: 0,
  tenantId: 't1',
  role: 'tenant_admin',
  email: undefined,
};

describe('principalFromClaims', () => {
  it('takes user, tenant, role and e-mail', () => {
    expect(principalFromClaims(CLAIMS)).toEqual({
      tenantId: 't1',
      userId: 'u1',
      role: 'tenant_admin',
      email: null,
    });
    expect(principalFromClaims({ ...CLAIMS, email: 'a@b.example' }).email).toBe('a@b.example');
  });

  it.each([
    ['no tenant', { tenantId: undefined }, 'AUTH_INVALID_TOKEN'],
    ['an empty tenant', { tenantId: '' }, 'AUTH_INVALID_TOKEN'],
    ['a long tenant', { tenantId: 'x'.repeat(129) }, 'AUTH_INVALID_TOKEN'],
    ['a tenant with NUL', { tenantId: 't\u0000' }, 'AUTH_INVALID_TOKEN'],
    ['a lone surrogate', { subject: 'u\ud800' }, 'AUTH_INVALID_TOKEN'],
    ['a number as tenant', { tenantId: 1 }, 'AUTH_INVALID_TOKEN'],
    ['no role', { role: undefined }, 'AUTH_INVALID_TOKEN'],
    ['a list of roles', { role: ['user'] }, 'AUTH_INVALID_TOKEN'],
    ['agent', { role: 'agent' }, 'AUTH_ROLE_REFUSED'],
    ['an unknown role', { role: 'root' }, 'AUTH_ROLE_REFUSED'],
    ['a role in other case', { role: 'SUPER_ADMIN' }, 'AUTH_ROLE_REFUSED'],
    ['an object as e-mail', { email: {} }, 'AUTH_INVALID_TOKEN'],
  ])('refuses %s', (_, change, code) => {
    expect(() => principalFromClaims({ ...CLAIMS, ...change })).toThrow(expect.objectContaining({ code }));
  });
});

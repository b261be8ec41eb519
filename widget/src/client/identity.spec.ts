import { claimsOf, compareTokens } from './identity.js';

const token = (claims: object) => ['e30', base64url(JSON.stringify(claims)), 'sig'].join('.');
const base64url = (text: string) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

describe('claimsOf', () => {
  it('reads user, tenant, role and expiry, in UTF-8', () => {
    expect(claimsOf(token({ sub: 'zoë', tenant_id: 't', role: 'user', exp: 5 }))).toEqual({
      user: 'zoë',
      tenant: 't',
      role: 'user',
      expiresAt: 5000,
    });
  });

  it('takes user_id where there is no sub', () => {
    expect(claimsOf(token({ user_id: 'u' })).user).toBe('u');
  });

  it.each(['', 'opaque', 'a.b.c', undefined])('gives nothing for %p', (opaque) => {
    expect(claimsOf(opaque)).toEqual({});
  });
});

describe('compareTokens', () => {
  const ann = { sub: 'ann', tenant_id: 't1', role: 'user' };

  it('knows a renewed token of the same user', () => {
    expect(compareTokens(token({ ...ann, exp: 1 }), token({ ...ann, exp: 2 }))).toBe('same');
  });

  it.each([{ sub: 'bob' }, { tenant_id: 't2' }, { role: 'readonly' }])('tells %p apart', (change) => {
    expect(compareTokens(token(ann), token({ ...ann, ...change }))).toBe('other');
  });

  it('leaves opaque tokens to the service', () => {
    expect(compareTokens('opaque-1', 'opaque-2')).toBe('unknown');
  });

  it('knows the very same opaque token', () => {
    expect(compareTokens('opaque', 'opaque')).toBe('same');
  });
});

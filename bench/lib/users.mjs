import { createHmac, randomUUID } from 'node:crypto';
import { Client } from './client.mjs';

/** Long and random enough for the service's own check. */
export const JWT_SECRET = 'k3Vx9Qm7Tz2Lw8Rb5Yc1Hn6Jd4Fs0Gp-Ue_Ai';
const AT_ONCE = 25;

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An access token of a new user of a new tenant. */
export function newToken() {
  return tokenOf({ user: randomUUID(), tenant: randomUUID(), role: 'user' });
}

/** An access token as the platform's auth service signs it. */
export function tokenOf({ user, tenant, role }) {
  const time = Math.floor(Date.now() / 1000);
  const claims = {
    sub: user,
    tenant_id: tenant,
    role,
    email: 'someone@example.com',
    aud: ['fastapi-users:auth'],
    iat: time,
    exp: time + 4 * 3600,
  };
  const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${content}.${createHmac('sha256', JWT_SECRET).update(content).digest('base64url')}`;
}

/** Connects so many new users to a subject. Out: their clients. */
export async function connectUsers(subject, count) {
  return inGroups(count, () => Client.connect({ url: subject.url, path: subject.path, token: newToken() }));
}

/** Runs `open` so many times, a few at once. Out: what it gave. */
export async function inGroups(count, open) {
  const opened = [];
  while (opened.length < count) {
    const size = Math.min(AT_ONCE, count - opened.length);
    opened.push(...(await Promise.all(Array.from({ length: size }, open))));
  }
  return opened;
}

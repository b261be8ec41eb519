import { toChatError, unreachable } from '../../client/chat-error.js';

export const DEMO_ROLES = ['super_admin', 'tenant_admin', 'user', 'readonly'] as const;
export type DemoRole = (typeof DEMO_ROLES)[number];

const TIMEOUT = 20_000;

/** In: where the service is, and a role. Out: a demo token of it. Rejects with ChatError. */
export async function demoToken(apiUrl: string, role: DemoRole): Promise<string> {
  const response = await fetch(`${apiUrl}/chat/demo/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ role }),
    credentials: 'omit',
    signal: AbortSignal.timeout(TIMEOUT),
  }).catch(() => {
    throw unreachable();
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw toChatError(body, response.status);
  return (body as { token: string }).token;
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A user as auth-service-v2 knows him; the fields of `GET /auth/me` that tests care about. */
export interface AuthUser {
  readonly id: string;
  readonly tenantId: string;
  readonly role: string;
  readonly email?: string;
  readonly isActive?: boolean;
  readonly tenantStatus?: string;
}

/** Replaces the answer to every /auth/me, for answers that the real service would never give. */
export type AuthAnswer = (request: IncomingMessage, response: ServerResponse) => void;

export interface AuthServer {
  readonly url: string;
  /** The bearer tokens of the calls to /auth/me so far. */
  readonly calls: string[];
  setUser(token: string, user: AuthUser): void;
  removeUser(token: string): void;
  /** Answers everything in this way until called with undefined. */
  answerWith(answer: AuthAnswer | undefined): void;
  /** Drops every connection, as a dead service does. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

/** The body of `GET /auth/me` of auth-service-v2. */
export function meBody(user: AuthUser) {
  const superAdmin = user.role === 'super_admin';
  return {
    user: {
      id: user.id,
      email: user.email ?? 'someone@example.com',
      is_active: user.isActive ?? true,
      is_superuser: superAdmin,
      is_verified: true,
      first_name: 'Some',
      last_name: 'One',
      role: user.role,
      tenant_id: user.tenantId,
      last_login_at: null,
      login_count: 1,
      allowed_services: [],
    },
    tenant: {
      id: user.tenantId,
      name: 'Tenant',
      slug: 'tenant',
      status: user.tenantStatus ?? 'active',
      allowed_platforms: [],
    },
    permissions: { role: user.role, allowed_services: [], is_super_admin: superAdmin },
  };
}

/** Stands in for auth-service-v2: its real protocol, on a free port of this machine. */
export async function startAuthServer(): Promise<AuthServer> {
  const users = new Map<string, AuthUser>();
  const calls: string[] = [];
  let isDown = false;
  let override: AuthAnswer | undefined;
  const server = createServer((request, response) => {
    if (isDown) {
      request.socket.destroy();
    } else if (request.method === 'GET' && request.url === '/health') {
      send(response, 200, { status: 'healthy' });
    } else if (request.method === 'GET' && request.url === '/auth/me') {
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      calls.push(token);
      const user = users.get(token);
      if (override) override(request, response);
      else if (user) send(response, 200, meBody(user));
      else send(response, 401, { detail: 'Unauthorized' });
    } else {
      send(response, 404, { detail: 'Not Found' });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    setUser: (token, user) => void users.set(token, user),
    removeUser: (token) => void users.delete(token),
    answerWith: (answer) => void (override = answer),
    down: () => {
      isDown = true;
      server.closeAllConnections();
    },
    up: () => void (isDown = false),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

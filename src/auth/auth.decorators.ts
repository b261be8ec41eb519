import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { authRequired } from './auth.errors.js';
import type { AuthenticatedPrincipal, Role } from './principal.js';
import { bearerToken } from './tokens/token-source.js';

export const IS_PUBLIC = Symbol('auth:public');
export const NEEDED_ROLES = Symbol('auth:roles');

/** Lets a route or controller be called without a token. */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(IS_PUBLIC, true);
}

/** Restricts a route, event or controller to these roles; others get 403 `AUTH_FORBIDDEN`. */
export function Roles(...roles: readonly Role[]): MethodDecorator & ClassDecorator {
  return SetMetadata(NEEDED_ROLES, roles);
}

interface Carrier {
  readonly principal?: AuthenticatedPrincipal;
}

/**
 * Who is asking: `request.principal` on HTTP, `client.data.principal` on a socket.
 * Out: undefined where nobody was authenticated.
 */
export function principalOf(context: ExecutionContext): AuthenticatedPrincipal | undefined {
  return context.getType() === 'http'
    ? context.switchToHttp().getRequest<Carrier>().principal
    : context.switchToWs().getClient<{ data?: Carrier }>().data?.principal;
}

/** The authenticated caller of a handler. Throws `AUTH_REQUIRED` where there is none. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const principal = principalOf(context);
  if (!principal) throw authRequired();
  return principal;
});

/** The token by which the caller of an HTTP handler was authenticated: for `AuthService.watch`, not to be kept. */
export const CurrentToken = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  bearerToken(context.switchToHttp().getRequest<IncomingMessage>()),
);

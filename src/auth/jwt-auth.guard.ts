import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { IS_PUBLIC, principalOf } from './auth.decorators.js';
import { authRequired } from './auth.errors.js';
import { JwtStrategy } from './jwt.strategy.js';
import { ProbeLimiter } from './probe-limiter.js';
import { toAuthError } from './tokens/token-verifier.js';

/**
 * Every route and event needs a principal, unless marked `@Public()`. On HTTP the token is checked here and the
 * principal put on `request.principal`; sockets were authenticated at their handshake (`client.data.principal`).
 */
@Injectable()
export class JwtAuthGuard extends AuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    private readonly probes: ProbeLimiter,
    strategy: JwtStrategy,
  ) {
    super({ defaultStrategy: strategy.name, property: 'principal', session: false });
  }

  override canActivate(context: ExecutionContext) {
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()]))
      return true;
    if (context.getType() === 'http') return super.canActivate(context);
    if (!principalOf(context)) throw authRequired();
    return true;
  }

  override handleRequest<User>(error: unknown, user: User, info: unknown, context: ExecutionContext): User {
    if (!error && user) return user;
    const request = context.switchToHttp().getRequest<Request>();
    const token = request.headers.authorization?.split(' ').at(-1);
    throw this.probes.failed(request.ip, token, toAuthError(error ?? info));
  }
}

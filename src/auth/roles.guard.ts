import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { NEEDED_ROLES, principalOf } from './auth.decorators.js';
import { forbidden } from './auth.errors.js';
import type { Role } from './principal.js';

/** Enforces `@Roles(...)` on routes and events; what carries none is open to every authenticated caller. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const needed = this.reflector.getAllAndOverride<readonly Role[] | undefined>(NEEDED_ROLES, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!needed) return true;
    const principal = principalOf(context);
    if (!principal || !needed.includes(principal.role)) throw forbidden();
    return true;
  }
}

import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AppError } from '../../common/errors/app-error.js';
import { CommonErrors } from '../../common/errors/common.errors.js';
import { AuthConfig } from '../../config/config.js';
import { demoRefused } from '../auth.errors.js';
import type { Role } from '../principal.js';
import { DEMO_ISSUER, DEMO_KEY_ID } from '../tokens/token-policy.js';
import type { DemoTokenResponse } from './demo.contract.js';
import { DemoSecret } from './demo-secret.js';
import { isLoopback } from './loopback.js';

export const DEMO_TENANT = 'demo';
const LIFE_SECONDS = 3600;

/** Hands out demo identities: one fixed tenant, one fixed user a role. */
@Injectable()
export class DemoService {
  constructor(
    private readonly config: AuthConfig,
    private readonly jwt: JwtService,
    private readonly secret: DemoSecret,
  ) {}

  /**
   * In: the role asked for and the request that asks. Out: a token for an hour.
   * Throws `NOT_FOUND` outside demo mode, `AUTH_DEMO_REFUSED` for requests from elsewhere.
   */
  async issue(role: Role, request: IncomingMessage): Promise<DemoTokenResponse> {
    if (!this.config.demo) {
      throw new AppError(
        CommonErrors.NOT_FOUND,
        'There is nothing at this address. See /chat/docs for the routes.',
      );
    }
    if (!this.config.demoForAll && !isLoopback(request)) throw demoRefused();
    const user = `demo-${role.replaceAll('_', '-')}`;
    const token = await this.jwt.signAsync(
      { sub: user, tenant_id: DEMO_TENANT, role, email: `${user}@demo.invalid`, type: 'access' },
      {
        secret: this.secret.value,
        algorithm: 'HS256',
        keyid: DEMO_KEY_ID,
        issuer: DEMO_ISSUER,
        audience: this.config.audience,
        expiresIn: LIFE_SECONDS,
      },
    );
    return { token, expires_in: LIFE_SECONDS };
  }
}

import { Injectable } from '@nestjs/common';
import { JwtService, type JwtVerifyOptions } from '@nestjs/jwt';
import { compactVerify } from 'jose';
import { AppError } from '../../common/errors/app-error.js';
import { AuthConfig } from '../../config/config.js';
import { authRequired, invalidToken, tokenExpired } from '../auth.errors.js';
import { DemoSecret } from '../demo/demo-secret.js';
import { JwksKeys } from './jwks-keys.js';
import {
  type AcceptedClaims,
  acceptClaims,
  ALGORITHMS,
  decodePayload,
  inspectToken,
  type KeySource,
  LEEWAY_SECONDS,
  OPAQUE_CLAIMS,
  type TokenRules,
} from './token-policy.js';

/** Options of jsonwebtoken, for passport-jwt and JwtService alike. The whole policy is in token-policy.ts. */
export const SECRET_OPTIONS = {
  algorithms: [...ALGORITHMS.secret],
  clockTolerance: LEEWAY_SECONDS,
} satisfies JwtVerifyOptions;

/**
 * Says whether a token is genuine and acceptable, for REST and sockets alike: form, key source, signature, claims.
 * Whose it is, and with which role, is for `IdentitiesService`.
 */
@Injectable()
export class TokenVerifier {
  private readonly rules: TokenRules;

  constructor(
    private readonly config: AuthConfig,
    private readonly jwt: JwtService,
    private readonly demo: DemoSecret,
    private readonly keys: JwksKeys,
  ) {
    this.rules = {
      secret: config.secret !== undefined,
      jwks: config.jwksUrl !== undefined,
      service: config.serviceUrl !== undefined,
      demo: config.demo,
      audience: config.audience,
      issuer: config.issuer,
    };
  }

  /** Out: which key source judges this token. Throws `AUTH_INVALID_TOKEN` where none does. */
  sourceOf(token: string): KeySource {
    return inspectToken(token, this.rules).source;
  }

  /** The shared secret for a token of the sources `secret` and `demo`; throws for any other. */
  secretFor(token: string): string {
    const source = this.sourceOf(token);
    const secret = source === 'demo' ? this.demo.value : source === 'secret' ? this.config.secret : undefined;
    if (secret === undefined) throw invalidToken();
    return secret;
  }

  /** Judges the claims of a token whose signature was checked with the key of its source. */
  accept(token: string, payload: unknown): AcceptedClaims {
    return acceptClaims(payload, this.sourceOf(token), this.rules, Date.now());
  }

  /**
   * In: whatever the caller presented. Out: accepted claims.
   * Throws `AUTH_REQUIRED`, `AUTH_INVALID_TOKEN`, `AUTH_TOKEN_EXPIRED`, or `AUTH_UNAVAILABLE` (no public keys).
   */
  async verify(presented: unknown): Promise<AcceptedClaims> {
    if (presented === undefined || presented === null || presented === '') throw authRequired();
    const { token, source, opaque } = inspectToken(presented, this.rules);
    if (opaque) return OPAQUE_CLAIMS;
    return this.accept(token, await this.payloadOf(token, source));
  }

  private async payloadOf(token: string, source: KeySource): Promise<unknown> {
    try {
      switch (source) {
        case 'secret':
        case 'demo':
          return await this.jwt.verifyAsync<object>(token, {
            ...SECRET_OPTIONS,
            secret: this.secretFor(token),
          });
        case 'jwks': {
          const { payload } = await compactVerify(token, (header) => this.keys.find(header), {
            algorithms: [...ALGORITHMS.jwks],
          });
          return JSON.parse(Buffer.from(payload).toString('utf8')) as unknown;
        }
        case 'service':
          return decodePayload(token);
      }
    } catch (error) {
      throw toAuthError(error);
    }
  }
}

/** In: whatever a verifying library threw. Out: a constant AppError; nothing unknown is ever a pass. */
export function toAuthError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return error instanceof Error && error.name === 'TokenExpiredError' ? tokenExpired() : invalidToken(error);
}

import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import passport from 'passport';
import { Strategy } from 'passport-jwt';
import { newId } from '../common/ids.js';
import { AuthService } from './auth.service.js';
import type { AuthenticatedPrincipal } from './principal.js';
import { bearerToken } from './tokens/token-source.js';
import { SECRET_OPTIONS, TokenVerifier } from './tokens/token-verifier.js';

/**
 * passport-jwt for REST. Tokens by shared secret are checked by passport-jwt itself, with the key, the options and
 * the claims policy of TokenVerifier; what jsonwebtoken cannot read (EdDSA, public keys by URL, opaque tokens) goes
 * to TokenVerifier as it does on sockets.
 * Registered by a name of its own: the registry is one for the process, and only strategies that are looked up by
 * name get an instance for each request; the outcome of one handed over as an object goes to whichever came last.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) implements OnApplicationShutdown {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly auth: AuthService,
  ) {
    super({
      jwtFromRequest: bearerToken,
      secretOrKeyProvider: (
        _request: Request,
        token: string,
        done: (error: unknown, secret?: string) => void,
      ) => {
        done(null, verifier.secretFor(token));
      },
      jsonWebTokenOptions: SECRET_OPTIONS,
      algorithms: SECRET_OPTIONS.algorithms,
      passReqToCallback: true,
    });
    this.name = `jwt-${newId()}`;
    passport.use(this.name, this);
  }

  /** Keeps the mixin from registering under the name that every application would use. */
  getPassportInstance(): passport.Authenticator {
    return new passport.Passport();
  }

  onApplicationShutdown(): void {
    passport.unuse(this.name);
  }

  override authenticate(request: Request): void {
    try {
      const token = bearerToken(request);
      const source = this.verifier.sourceOf(token);
      if (source === 'secret' || source === 'demo') {
        super.authenticate(request);
        return;
      }
      this.auth.resolve(token, request.ip).then(
        (principal) => this.success(principal),
        (error: unknown) => this.error(error as Error),
      );
    } catch (error) {
      this.error(error as Error);
    }
  }

  async validate(request: Request, payload: unknown): Promise<AuthenticatedPrincipal> {
    const token = bearerToken(request);
    return this.auth.identify(token, this.verifier.accept(token, payload), request.ip);
  }
}

import { Injectable } from '@nestjs/common';
import {
  createRemoteJWKSet,
  type CryptoKey,
  customFetch,
  errors,
  type JWSHeaderParameters,
  type RemoteJWKSet,
} from 'jose';
import { AuthConfig } from '../../config/config.js';
import { authUnavailable, invalidToken } from '../auth.errors.js';
import { boundedGet, FETCH_TIMEOUT_MS } from '../identity/bounded-fetch.js';

const COOLDOWN_MS = 30_000;
const MAX_AGE_MS = 10 * 60_000;
const PAUSE_AFTER_FAILURE_MS = 2000;

/** The public keys behind AUTH_JWKS_URL: fetched when first needed, kept for 10 minutes. */
@Injectable()
export class JwksKeys {
  private readonly keys: RemoteJWKSet | undefined;
  private failedAt = Number.NEGATIVE_INFINITY;

  constructor(config: AuthConfig) {
    if (config.jwksUrl === undefined) return;
    this.keys = createRemoteJWKSet(new URL(config.jwksUrl), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: MAX_AGE_MS,
      [customFetch]: async (url) => {
        const { status, text } = await boundedGet(url, {});
        return new Response(text, { status });
      },
    });
  }

  /**
   * In: the header of a token. Out: the one key that fits it.
   * Throws `AUTH_INVALID_TOKEN` when none or several do, `AUTH_UNAVAILABLE` when the keys cannot be had.
   * A failed fetch is not repeated for 2 s, so that refused tokens cannot be turned into traffic.
   */
  async find(header: JWSHeaderParameters): Promise<CryptoKey> {
    if (!this.keys) throw invalidToken();
    if (!this.keys.fresh && performance.now() - this.failedAt < PAUSE_AFTER_FAILURE_MS)
      throw authUnavailable();
    try {
      return await this.keys(header);
    } catch (error) {
      if (
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported
      ) {
        throw invalidToken(error);
      }
      this.failedAt = performance.now();
      throw authUnavailable(error);
    }
  }
}

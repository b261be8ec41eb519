import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AppError } from '../../common/errors/app-error.js';
import { newId } from '../../common/ids.js';
import { AuthConfig } from '../../config/config.js';
import { AppCache } from '../../redis/cache.js';
import { AuthErrors } from '../auth.errors.js';
import { Principal } from '../principal.js';
import { type AcceptedClaims, LEEWAY_SECONDS } from '../tokens/token-policy.js';
import { AuthMeClient } from './auth-me.client.js';
import { Revocations } from './revocations.service.js';
import { principalFromClaims, principalFromService } from './to-principal.js';

/** Who a token belongs to, and when that was last confirmed. */
export interface Identity {
  readonly principal: Principal;
  /** By the clock of `confirmedBy` (performance.now); clocks of other processes say nothing here. */
  readonly confirmedAt: number;
  readonly confirmedBy: string;
}

const CachedIdentity = z.object({ principal: Principal, confirmedAt: z.number(), confirmedBy: z.string() });

export interface IdentifyOptions {
  /** Takes a copy only where this process confirmed it later than this (performance.now). */
  readonly newerThan?: number;
  /** Where it is given: copies only, and this is thrown where there is none. */
  readonly refusal?: AppError | undefined;
}

/** Turns accepted claims into a principal: by auth-service-v2 where it is configured, by the claims otherwise. */
@Injectable()
export class IdentitiesService {
  readonly processId = newId();
  private readonly running = new Map<string, Promise<Identity>>();

  constructor(
    private readonly config: AuthConfig,
    private readonly client: AuthMeClient,
    private readonly cache: AppCache,
    private readonly revocations: Revocations,
  ) {}

  /** True where somebody else decides who the token belongs to and may change his mind. */
  isRemote(claims: AcceptedClaims): boolean {
    return this.config.serviceUrl !== undefined && claims.source !== 'demo';
  }

  /**
   * In: a token and its accepted claims. Out: whose it is.
   * Throws `AUTH_INVALID_TOKEN`, `AUTH_ROLE_REFUSED`, `AUTH_TENANT_REFUSED`, `AUTH_UNAVAILABLE`.
   */
  async identify(token: string, claims: AcceptedClaims, options: IdentifyOptions = {}): Promise<Identity> {
    if (!this.isRemote(claims)) return this.confirmed(principalFromClaims(claims));
    const key = `auth/me/${createHash('sha256').update(token).digest('hex')}`;
    const copy = await this.copy(key, claims, options.newerThan);
    if (copy) return copy;
    if (options.refusal) throw options.refusal;
    const running = this.running.get(key);
    if (running) return running;
    const fresh = this.ask(key, token, claims).finally(() => this.running.delete(key));
    this.running.set(key, fresh);
    return fresh;
  }

  private async copy(key: string, claims: AcceptedClaims, newerThan?: number): Promise<Identity | undefined> {
    if (this.config.cacheTtl <= 0) return undefined;
    const { data } = CachedIdentity.safeParse(await this.cache.get(key));
    if (!data || (claims.subject !== undefined && claims.subject !== data.principal.userId)) return undefined;
    const stale =
      newerThan !== undefined && !(data.confirmedBy === this.processId && data.confirmedAt > newerThan);
    return stale ? undefined : data;
  }

  private async ask(key: string, token: string, claims: AcceptedClaims): Promise<Identity> {
    const askedAt = performance.now();
    const identity = await this.answer(token, claims, askedAt).catch(async (error: unknown) => {
      if (!isOutage(error)) await this.cache.delete(key);
      throw error;
    });
    const left = claims.expiresAt + LEEWAY_SECONDS * 1000 - Date.now();
    const ttl = Math.min(this.config.cacheTtl - (performance.now() - askedAt), left);
    if (ttl > 0) await this.cache.set(key, identity, Math.floor(ttl));
    return identity;
  }

  private async answer(token: string, claims: AcceptedClaims, askedAt: number): Promise<Identity> {
    const principal = principalFromService(await this.client.ask(token), claims.subject);
    this.revocations.confirmed(principal);
    return this.confirmed(principal, askedAt);
  }

  private confirmed(principal: Principal, at = performance.now()): Identity {
    return { principal, confirmedAt: at, confirmedBy: this.processId };
  }
}

/** True for the one refusal that says nothing about the token. */
export function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.code === AuthErrors.AUTH_UNAVAILABLE.code;
}

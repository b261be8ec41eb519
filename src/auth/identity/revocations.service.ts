import { Injectable } from '@nestjs/common';
import { compositeKey } from '../../common/ids.js';
import { BoundedMap } from '../../redis/bounded-map.js';
import { type Principal, type Role } from '../principal.js';

/** One person of one tenant. */
export type User = Pick<Principal, 'tenantId' | 'userId'>;

const REMEMBERED = 20_000;
/** Milliseconds in which the same is not told twice: every socket of a user learns of it. */
const TOLD_ONCE_IN = 10_000;
const RANK: Readonly<Record<Role, number>> = { readonly: 0, user: 1, tenant_admin: 2, super_admin: 3 };

/** Notices that a user may do less than before: a lower role, a refusal. Whoever acts for users listens. */
@Injectable()
export class Revocations {
  private readonly roles = new BoundedMap<string, Role>(REMEMBERED);
  private readonly toldAt = new BoundedMap<string, number>(REMEMBERED);
  private readonly listeners = new Set<(user: User) => void>();

  /** Calls `listener` for each user of whom this node learns that. */
  onRevoked(listener: (user: User) => void): void {
    this.listeners.add(listener);
  }

  /** auth-service-v2 confirmed a user in this role. */
  confirmed(principal: Principal): void {
    const key = keyOf(principal);
    const before = this.roles.get(key);
    this.roles.set(key, principal.role);
    if (before !== undefined && RANK[principal.role] < RANK[before]) this.tell(principal);
  }

  /** auth-service-v2 refused a user whom it had confirmed before. */
  refused(user: User): void {
    this.roles.delete(keyOf(user));
    this.tell(user);
  }

  /** Another node learned of it and has told everybody. */
  known(user: User): void {
    this.toldAt.set(keyOf(user), performance.now());
  }

  private tell({ tenantId, userId }: User): void {
    const user = { tenantId, userId };
    if (performance.now() - (this.toldAt.get(keyOf(user)) ?? Number.NEGATIVE_INFINITY) < TOLD_ONCE_IN) return;
    this.known(user);
    for (const listener of this.listeners) listener(user);
  }
}

function keyOf(user: User): string {
  return compositeKey(user.tenantId, user.userId);
}

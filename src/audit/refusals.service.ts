import { Injectable } from '@nestjs/common';
import type { AppError } from '../common/errors/app-error.js';
import { type FailedRequest, FailureWatch } from '../common/errors/failure-watch.js';
import { compositeKey } from '../common/ids.js';
import { BoundedMap } from '../redis/bounded-map.js';
import { type AuditRecord, AuditService } from './audit.service.js';

const FORBIDDEN = 403;
const WINDOW_MS = 60_000;
/** Entries that one user can cause in a minute; what he is refused beyond them is not kept. */
const ENTRIES_A_MINUTE = 30;
const REMEMBERED = 20_000;

interface Window {
  count: number;
  readonly endsAt: number;
}

type Actor = NonNullable<FailedRequest['caller']>;

/** Writes to the audit record what was refused to whom: by role or tenant, never for a limit or a mistake. */
@Injectable()
export class Refusals extends FailureWatch {
  private readonly windows = new BoundedMap<string, Window>(REMEMBERED);

  constructor(private readonly audit: AuditService) {
    super();
  }

  heard({ error, requestId, caller, target }: FailedRequest): void {
    if (error.status === FORBIDDEN && caller) {
      this.write(caller, { action: 'access.refuse', subject: target, requestId, ...refused(error) });
    }
  }

  /** An identity was refused for its role or tenant; nothing is written where the error does not say whose. */
  identity(error: AppError): void {
    if (error.status === FORBIDDEN && error.concerns) {
      this.write(error.concerns, { action: 'identity.refuse', ...refused(error) });
    }
  }

  private write(actor: Actor, record: AuditRecord): void {
    const key = compositeKey(actor.tenantId, actor.userId);
    const now = performance.now();
    const known = this.windows.get(key);
    const window = known && known.endsAt > now ? known : { count: 0, endsAt: now + WINDOW_MS };
    window.count += 1;
    this.windows.set(key, window);
    if (window.count <= ENTRIES_A_MINUTE) void this.audit.record(actor, record);
  }
}

function refused(error: AppError): Pick<AuditRecord, 'outcome' | 'details'> {
  return { outcome: 'refused', details: { code: error.code } };
}

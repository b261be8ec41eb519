import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { AuthService } from '../../auth/auth.service.js';
import type { User } from '../../auth/identity/revocations.service.js';
import { PrincipalId } from '../../auth/principal.js';
import { type Signal, Signals } from '../../database/signals.js';
import { RunsService } from '../../runs/runs.service.js';

const REVOKE: Signal<User> = {
  kind: 'revoke',
  schema: z.strictObject({ tenantId: PrincipalId, userId: PrincipalId }),
};
const ATTEMPTS = 20;
const RETRY_AFTER_MS = 3_000;

/** Ends what a user began with rights that are gone: the open runs everywhere, and by asking again every open socket. */
@Injectable()
export class RevokedUsers {
  private readonly logger = new Logger('auth');

  constructor(
    auth: AuthService,
    private readonly runs: RunsService,
    signals: Signals,
  ) {
    auth.onRevoked((user) => {
      auth.recheck(user);
      void signals.tell(REVOKE, user);
      void this.stopRuns(user);
    });
    signals.on(REVOKE, (user) => auth.recheck(user));
  }

  /** Tries for as long as a run may take; nobody waits for it. */
  private async stopRuns(user: User): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        await this.runs.stopAllOf(user);
        return;
      } catch (error) {
        this.logger.warn(
          { err: error },
          'the answers of a user without rights could not be stopped; trying again',
        );
        await sleep(RETRY_AFTER_MS, undefined, { ref: false });
      }
    }
  }
}

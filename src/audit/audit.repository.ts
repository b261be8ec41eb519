import { Injectable } from '@nestjs/common';
import { Scope } from '../database/scope.js';
import { AuditEntry } from './audit-entry.entity.js';

export type NewAuditEntry = Omit<AuditEntry, 'createdAt'>;

@Injectable()
export class AuditRepository {
  constructor(private readonly scope: Scope) {}

  /** Adds one entry; the table takes no change and no removal. Only inside `Scope.run`. */
  async add(entry: NewAuditEntry): Promise<void> {
    await this.scope.manager.insert(AuditEntry, entry as never);
  }
}

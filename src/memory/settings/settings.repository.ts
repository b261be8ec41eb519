import { Injectable } from '@nestjs/common';
import { Scope } from '../../database/scope.js';

export interface Switches {
  /** What the user wants. */
  readonly user: boolean;
  /** What the tenant allows. */
  readonly tenant: boolean;
}

/** Settings of users and tenants; where there are none, everything is on. Used within Scope.run. */
@Injectable()
export class SettingsRepository {
  constructor(private readonly scope: Scope) {}

  async find(tenantId: string, userId: string): Promise<Switches> {
    const [row] = await this.scope.manager.query<[Switches]>(
      `SELECT coalesce((SELECT memory_enabled FROM user_settings WHERE tenant_id = $1 AND user_id = $2), true) AS "user",
              coalesce((SELECT memory_enabled FROM tenant_settings WHERE tenant_id = $1), true) AS tenant`,
      [tenantId, userId],
    );
    return row;
  }

  /** Of every user of the tenant. */
  async findOfTenant(tenantId: string): Promise<boolean> {
    const [row] = await this.scope.manager.query<{ memory_enabled: boolean }[]>(
      'SELECT memory_enabled FROM tenant_settings WHERE tenant_id = $1',
      [tenantId],
    );
    return row?.memory_enabled ?? true;
  }

  async keep(tenantId: string, userId: string, enabled: boolean): Promise<void> {
    await this.scope.manager.query(
      `INSERT INTO user_settings (tenant_id, user_id, memory_enabled) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id, user_id)
         DO UPDATE SET memory_enabled = EXCLUDED.memory_enabled, updated_at = clock_timestamp()`,
      [tenantId, userId, enabled],
    );
  }

  async keepOfTenant(tenantId: string, enabled: boolean): Promise<void> {
    await this.scope.manager.query(
      `INSERT INTO tenant_settings (tenant_id, memory_enabled) VALUES ($1, $2)
       ON CONFLICT (tenant_id)
         DO UPDATE SET memory_enabled = EXCLUDED.memory_enabled, updated_at = clock_timestamp()`,
      [tenantId, enabled],
    );
  }
}

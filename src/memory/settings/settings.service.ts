import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import type { Principal } from '../../auth/principal.js';
import { Scope, userScope, type Who } from '../../database/scope.js';
import type { Settings, TenantSettings } from './settings.contract.js';
import { SettingsRepository } from './settings.repository.js';

/** What users want of the service, and what their tenants allow. */
@Injectable()
export class SettingsService {
  constructor(
    private readonly settings: SettingsRepository,
    private readonly scope: Scope,
    private readonly audit: AuditService,
  ) {}

  find({ tenantId, userId }: Principal): Promise<Settings> {
    return this.scope.run(userScope({ tenantId, userId }), async () => {
      const { user, tenant } = await this.settings.find(tenantId, userId);
      return { memory_enabled: user, memory_allowed: tenant };
    });
  }

  async change(principal: Principal, enabled: boolean): Promise<Settings> {
    const { tenantId, userId } = principal;
    await this.scope.run(userScope(principal), () => this.settings.keep(tenantId, userId, enabled));
    return this.find(principal);
  }

  findOfTenant({ tenantId }: Principal): Promise<TenantSettings> {
    return this.scope.run(tenantScope(tenantId), async () => ({
      memory_enabled: await this.settings.findOfTenant(tenantId),
    }));
  }

  /** For the caller's own tenant; recorded in the audit. */
  async changeOfTenant(principal: Principal, enabled: boolean): Promise<TenantSettings> {
    const { tenantId } = principal;
    await this.scope.run(tenantScope(tenantId), () => this.settings.keepOfTenant(tenantId, enabled));
    await this.audit.record(principal, {
      ...{ action: 'settings.change', outcome: 'allowed', subject: tenantId },
      details: { memory_enabled: enabled },
    });
    return { memory_enabled: enabled };
  }
}

function tenantScope(tenantId: string): Who {
  return { scope: 'tenant', tenantId };
}

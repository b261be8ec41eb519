import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Roles } from '../../auth/auth.decorators.js';
import type { Principal } from '../../auth/principal.js';
import { CommonErrors } from '../../common/errors/common.errors.js';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import { Settings, TenantSettings, UpdateSettings, UpdateTenantSettings } from './settings.contract.js';
import { SettingsService } from './settings.service.js';

const errors = [CommonErrors.DATABASE_UNAVAILABLE];

@ApiTags('memory')
@Controller('chat')
export class SettingsController {
  constructor(private readonly settings: SettingsService) {}

  @Get('settings')
  @ApiRoute({ summary: 'Your settings', response: Settings, errors })
  show(@CurrentPrincipal() principal: Principal): Promise<Settings> {
    return this.settings.find(principal);
  }

  @Patch('settings')
  @ApiRoute({
    summary: 'Change your settings',
    description:
      'With memory off nothing is remembered and nothing that was is used; it stays until deleted.',
    response: Settings,
    errors,
  })
  change(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: UpdateSettings }) body: UpdateSettings,
  ): Promise<Settings> {
    return this.settings.change(principal, body.memory_enabled);
  }

  @Get('admin/settings')
  @Roles('tenant_admin')
  @ApiRoute({ summary: 'Settings of your organisation', response: TenantSettings, errors })
  showTenant(@CurrentPrincipal() principal: Principal): Promise<TenantSettings> {
    return this.settings.findOfTenant(principal);
  }

  @Patch('admin/settings')
  @Roles('tenant_admin')
  @ApiRoute({
    summary: 'Change settings of your organisation',
    description: 'With memory off nothing is remembered of any user. Recorded in the audit.',
    response: TenantSettings,
    errors,
  })
  changeTenant(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: UpdateTenantSettings }) body: UpdateTenantSettings,
  ): Promise<TenantSettings> {
    return this.settings.changeOfTenant(principal, body.memory_enabled);
  }
}

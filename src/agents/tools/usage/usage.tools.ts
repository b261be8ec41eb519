import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ROLES } from '../../../auth/principal.js';
import { AnalyticsService } from '../../../monitoring/analytics/analytics.service.js';
import { UsageService } from '../../../usage/usage.service.js';
import { Tool, type ToolCaller, type ToolFindings, type ToolManifest } from '../tool.contract.js';
import { reads } from '../tool-figures.js';
import { usageFigures } from './usage-figures.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

const described = (whose: string): string =>
  `Questions, answers and tokens of ${whose}, today and in the last 30 days, by day and by engine, and the caller's own limits.`;

/** What the scope of its manifest used. */
@Injectable()
abstract class UsageTool extends Tool<Arguments> {
  readonly parameters = Arguments;

  constructor(
    private readonly usage: UsageService,
    private readonly analytics: AnalyticsService,
  ) {
    super();
  }

  run(_: Arguments, caller: ToolCaller): Promise<ToolFindings> {
    return usageFigures(this.usage, this.analytics, caller, this.manifest.scope);
  }
}

@Injectable()
export class MyUsageTool extends UsageTool {
  readonly manifest: ToolManifest = reads({
    name: 'my_usage',
    title: 'Reading your usage',
    description: described('the user who asks'),
    roles: ROLES,
    scope: 'own',
  });
}

@Injectable()
export class TenantUsageTool extends UsageTool {
  readonly manifest: ToolManifest = reads({
    name: 'tenant_usage',
    title: 'Reading the usage of the organisation',
    description: described('the organisation of the user who asks'),
    roles: ['super_admin', 'tenant_admin'],
    scope: 'tenant',
  });
}

@Injectable()
export class PlatformUsageTool extends UsageTool {
  readonly manifest: ToolManifest = reads({
    name: 'platform_usage',
    title: 'Reading the usage of the platform',
    description: described('the whole platform'),
    roles: ['super_admin'],
    scope: 'platform',
  });
}

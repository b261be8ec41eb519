import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/auth.decorators.js';
import type { AuthenticatedPrincipal } from '../auth/principal.js';
import { ApiRoute } from '../common/http/api-route.decorator.js';
import { toUsageView, UsageQuery, UsageResponse } from './usage.contract.js';
import { UsageErrors } from './usage.errors.js';
import { UsageService } from './usage.service.js';

@ApiTags('usage')
@Controller('chat/usage')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get()
  @ApiRoute({
    summary: 'Usage, limits and when they reset',
    description: 'Counts of today (UTC) and of the last 30 days, and the limits of the caller.',
    response: UsageResponse,
    errors: [UsageErrors.USAGE_SCOPE_REFUSED],
  })
  async show(
    @CurrentPrincipal() principal: AuthenticatedPrincipal,
    @Query({ schema: UsageQuery }) query: UsageQuery,
  ): Promise<UsageResponse> {
    return toUsageView(await this.usage.inScope(principal, query.scope));
  }
}

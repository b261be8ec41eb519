import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../../auth/auth.decorators.js';
import type { Principal } from '../../auth/principal.js';
import { CommonErrors } from '../../common/errors/common.errors.js';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import { MonitoringErrors } from '../monitoring.errors.js';
import { AnalyticsReport, ReportQuery } from './report.contract.js';
import { ReportService } from './report.service.js';

@ApiTags('usage')
@Controller('chat/analytics')
export class ReportController {
  constructor(private readonly reports: ReportService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiRoute({
    summary: 'Figures of conversations, answers, times, failures, ratings, tokens and costs',
    description:
      'Of the caller, of its tenant or of the platform, by day; counts and names only, never texts.',
    response: AnalyticsReport,
    errors: [MonitoringErrors.ANALYTICS_SCOPE_REFUSED, CommonErrors.DATABASE_UNAVAILABLE],
  })
  show(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: ReportQuery }) query: ReportQuery,
  ): Promise<AnalyticsReport> {
    return this.reports.report(principal, query);
  }
}

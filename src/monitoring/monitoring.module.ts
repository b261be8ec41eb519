import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { CrewaiModule } from '../crewai/crewai.module.js';
import { LlmModule } from '../llm/llm.module.js';
import { AnalyticsService } from './analytics/analytics.service.js';
import { EventsRepository } from './analytics/events.repository.js';
import { Prices } from './analytics/costs.js';
import { LedgerRepository } from './analytics/ledger.repository.js';
import { ReportController } from './analytics/report.controller.js';
import { ReportRepository } from './analytics/report.repository.js';
import { ReportService } from './analytics/report.service.js';
import { RollupRepository } from './analytics/rollup.repository.js';
import { RollupService } from './analytics/rollup.service.js';
import { TalksRepository } from './analytics/talks.repository.js';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';
import { NeighbourProbe } from './health/neighbour-probe.js';
import { Neighbours } from './health/neighbours.js';
import { ReportedNeighbours } from './health/reported-neighbours.js';
import { Readiness } from './health/readiness.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MetricsController } from './metrics.controller.js';
import { ProcessLoad } from './process-load.service.js';
import { Prometheus } from './prometheus.client.js';

/** Probes, the health report, the metrics, and figures of what is stored. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false }), MetricsModule, LlmModule, CrewaiModule],
  controllers: [HealthController, MetricsController, ReportController],
  providers: [
    HealthService,
    Neighbours,
    NeighbourProbe,
    ReportedNeighbours,
    Readiness,
    ProcessLoad,
    Prometheus,
    AnalyticsService,
    EventsRepository,
    LedgerRepository,
    TalksRepository,
    Prices,
    ReportRepository,
    ReportService,
    RollupRepository,
    RollupService,
  ],
  exports: [Readiness, ReportedNeighbours, HealthService, AnalyticsService, ProcessLoad, Prometheus],
})
export class MonitoringModule {}

import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { CrewaiModule } from '../crewai/crewai.module.js';
import { LlmModule } from '../llm/llm.module.js';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';
import { NeighbourProbe } from './health/neighbour-probe.js';
import { Neighbours } from './health/neighbours.js';
import { Readiness } from './health/readiness.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MetricsController } from './metrics.controller.js';

/** Probes, the health report and the metrics. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false }), MetricsModule, LlmModule, CrewaiModule],
  controllers: [HealthController, MetricsController],
  providers: [HealthService, Neighbours, NeighbourProbe, Readiness],
  exports: [Readiness],
})
export class MonitoringModule {}

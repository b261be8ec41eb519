import { Global, Module } from '@nestjs/common';
import { ConnectionCounter } from './connection-counter.js';
import { FanOutMetrics } from './fan-out-metrics.js';
import { LoadGauge } from './load-gauge.js';
import { Metrics } from './metrics.js';

/** The figures that every feature may write to. */
@Global()
@Module({
  providers: [Metrics, ConnectionCounter, LoadGauge, FanOutMetrics],
  exports: [Metrics, ConnectionCounter, LoadGauge],
})
export class MetricsModule {}

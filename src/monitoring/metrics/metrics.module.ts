import { Global, Module } from '@nestjs/common';
import { ConnectionCounter } from './connection-counter.js';
import { FanOutMetrics } from './fan-out-metrics.js';
import { LoadGauge } from './load-gauge.js';
import { MetricsText } from './metrics-text.js';
import { Metrics } from './metrics.js';
import { NodeFigures } from './node-figures.js';

/** The figures that every feature may write to. */
@Global()
@Module({
  providers: [Metrics, MetricsText, NodeFigures, ConnectionCounter, LoadGauge, FanOutMetrics],
  exports: [Metrics, MetricsText, ConnectionCounter, LoadGauge],
})
export class MetricsModule {}

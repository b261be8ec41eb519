import { Injectable } from '@nestjs/common';
import { Supervision } from '../../common/ipc/supervision.js';
import { Metrics } from './metrics.js';

/** Kinds of messages: a worker asks for the figures of all, as text or as objects; the supervisor asks each worker for its own. */
export const ALL_METRICS = 'metrics/all';
export const ALL_FIGURES = 'metrics/figures';
export const OWN_METRICS = 'metrics/own';

/** One metric with its values; those of a histogram name their series (`_bucket`, `_sum`, `_count`). */
export interface MetricFigures {
  readonly name: string;
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly metricName?: string;
  }[];
}

const LIMIT_MS = 5_000;

/** The figures as Prometheus reads them: of this process, or of all workers where a supervisor adds them up. */
@Injectable()
export class MetricsText {
  constructor(
    private readonly metrics: Metrics,
    private readonly supervision: Supervision,
  ) {
    supervision.link?.on(OWN_METRICS, () => metrics.registry.getMetricsAsJSON());
  }

  /** Out: everything in the text format of Prometheus, version 0.0.4. */
  async render(): Promise<string> {
    const all = await this.supervision.link?.ask<string>(ALL_METRICS, null, LIMIT_MS);
    return all ?? this.metrics.render();
  }

  /** Out: the same as objects. */
  async read(): Promise<readonly MetricFigures[]> {
    const all = await this.supervision.link?.ask<MetricFigures[]>(ALL_FIGURES, null, LIMIT_MS);
    return all ?? ((await this.metrics.registry.getMetricsAsJSON()) as MetricFigures[]);
  }
}

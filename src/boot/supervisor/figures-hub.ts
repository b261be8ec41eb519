import { AggregatorRegistry, Counter, Gauge, type MetricObject, Registry } from 'prom-client';
import type { MessageLink } from '../../common/ipc/message-link.js';
import { ALL_FIGURES, ALL_METRICS, OWN_METRICS } from '../../monitoring/metrics/metrics-text.js';
import { type Figures, FIGURES } from '../../monitoring/metrics/node-figures.js';

const OWN_LIMIT_MS = 2_000;

/** Adds up what the workers of one machine say of themselves: figures that limits need at once, and metrics when asked. */
export class FiguresHub {
  private readonly said = new Map<MessageLink, Figures>();
  private readonly registry = new Registry();

  /** In: how many workers were replaced so far. */
  constructor(restarts: () => number) {
    const { said } = this;
    new Gauge({
      name: 'chat_workers',
      help: 'Worker processes.',
      registers: [this.registry],
      collect() {
        this.set(said.size);
      },
    });
    new Counter({
      name: 'chat_worker_restarts_total',
      help: 'Workers that ended and were replaced.',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(restarts());
      },
    });
  }

  /** Takes a worker in. Out: lets it go. */
  join(link: MessageLink): () => void {
    this.said.set(link, {});
    link.on<Figures>(FIGURES, (figures) => {
      this.said.set(link, figures);
      this.spread(link);
    });
    link.on(ALL_METRICS, async () => (await this.registryOfAll()).metrics());
    link.on(ALL_FIGURES, async () => (await this.registryOfAll()).getMetricsAsJSON());
    this.spread(undefined);
    return () => {
      this.said.delete(link);
      this.spread(undefined);
    };
  }

  private spread(from: MessageLink | undefined): void {
    for (const link of this.said.keys()) if (link !== from) link.say(FIGURES, this.sumWithout(link));
  }

  private sumWithout(left: MessageLink): Figures {
    const sum: Record<string, number> = {};
    for (const [link, figures] of this.said) {
      if (link === left) continue;
      for (const [name, value] of Object.entries(figures)) sum[name] = (sum[name] ?? 0) + value;
    }
    return sum;
  }

  /** A worker that does not answer in time is left out. */
  private async registryOfAll(): Promise<Registry> {
    const asked = [...this.said.keys()].map((link) =>
      link.ask<MetricObject[]>(OWN_METRICS, null, OWN_LIMIT_MS),
    );
    const answered = (await Promise.all(asked)).filter((metrics) => metrics !== undefined);
    const own = (await this.registry.getMetricsAsJSON()) as unknown as MetricObject[];
    return AggregatorRegistry.aggregate([...answered, own]);
  }
}

import type { MetricFigures } from './metrics-text.js';

export interface RouteFigures {
  readonly method: string;
  readonly route: string;
  readonly requests: number;
  /** Answers with a status from 500 on. */
  readonly errors: number;
  /** Milliseconds; `p95` is estimated from a histogram, null where the slowest are beyond it. */
  readonly mean: number;
  readonly p95: number | null;
}

export interface Labelled {
  readonly label: string;
  readonly count: number;
}

/** In: the figures of the registry. Out: requests and times of each route since the start, the busiest first. */
export function routesOf(figures: readonly MetricFigures[]): RouteFigures[] {
  const requests = valuesOf(figures, 'http_requests_total');
  const durations = valuesOf(figures, 'http_request_duration_seconds');
  const routes = new Map<string, { method: string; route: string; requests: number; errors: number }>();
  for (const { labels, value } of requests) {
    const [method, route] = [String(labels['method']), String(labels['route'])];
    const known = routes.get(keyOf(labels)) ?? { method, route, requests: 0, errors: 0 };
    known.requests += value;
    if (Number(labels['status']) >= 500) known.errors += value;
    routes.set(keyOf(labels), known);
  }
  return [...routes]
    .map(([key, route]) => ({
      ...route,
      ...timesOf(durations.filter(({ labels }) => keyOf(labels) === key)),
    }))
    .sort((a, b) => b.requests - a.requests || a.route.localeCompare(b.route));
}

/** Out: the values of one counter by one of its labels, the largest first; nothing that is zero. */
export function countsBy(figures: readonly MetricFigures[], name: string, label: string): Labelled[] {
  const counts = new Map<string, number>();
  for (const { labels, value } of valuesOf(figures, name)) {
    const key = String(labels[label] ?? '');
    counts.set(key, (counts.get(key) ?? 0) + value);
  }
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([one, count]) => ({ label: one, count }))
    .sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
}

type Value = MetricFigures['values'][number];

function valuesOf(figures: readonly MetricFigures[], name: string): readonly Value[] {
  return figures.find((one) => one.name === name)?.values ?? [];
}

const keyOf = ({ method, route }: Value['labels']): string => `${String(method)} ${String(route)}`;

function timesOf(values: readonly Value[]): { mean: number; p95: number | null } {
  const of = (suffix: string): readonly Value[] =>
    values.filter(({ metricName }) => metricName?.endsWith(suffix));
  const [sum, count] = [of('_sum')[0]?.value ?? 0, of('_count')[0]?.value ?? 0];
  const buckets = of('_bucket').map(({ labels, value }) => ({ upTo: Number(labels['le']), count: value }));
  return { mean: count > 0 ? (sum / count) * 1000 : 0, p95: toMs(quantile(0.95, count, buckets)) };
}

const toMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

/**
 * Estimates a quantile as `histogram_quantile` of Prometheus does: linear within the bucket in which it falls.
 * In: cumulative counts of observations up to a bound. Out: null where it falls beyond the last bound.
 */
export function quantile(
  share: number,
  total: number,
  buckets: readonly { readonly upTo: number; readonly count: number }[],
): number | null {
  const wanted = share * total;
  let [before, from] = [0, 0];
  for (const { upTo, count } of [...buckets].sort((a, b) => a.upTo - b.upTo)) {
    if (!Number.isFinite(upTo)) break;
    if (count >= wanted && count > before)
      return from + ((upTo - from) * (wanted - before)) / (count - before);
    [before, from] = [count, upTo];
  }
  return null;
}

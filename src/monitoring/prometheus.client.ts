import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { isBoundedJson } from '../common/bounded-json.js';
import { AppError } from '../common/errors/app-error.js';
import { OutboundFailure, readOutbound, sendOutbound } from '../common/http/outbound.js';
import { SourcesConfig } from '../config/config.js';
import { MonitoringErrors } from './monitoring.errors.js';

const MAX_BYTES = 2 * 1024 * 1024;
const JSON_LIMITS = { depth: 8, nodes: 200_000 };
/** Series that are read; what else there is, is only counted. */
const MAX_SERIES = 20;
const MAX_LABELS = 300;

export interface RangeQuery {
  readonly query: string;
  /** Unix times and the step between two points, in seconds. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

export interface RangePoint {
  readonly at: Date;
  readonly series: string;
  readonly value: number;
}

export interface RangeAnswer {
  readonly points: readonly RangePoint[];
  /** Series that there are, also where only the first were read. */
  readonly series: number;
}

/** The HTTP API of Prometheus, `/api/v1/query_range`: https://prometheus.io/docs/prometheus/latest/querying/api/ */
const Answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('matrix'),
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          values: z.array(z.tuple([z.number(), z.string()])).default([]),
        }),
      ),
    }),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

/** Asks the Prometheus that the operator set; follows no redirect and reads a bounded answer. */
@Injectable()
export class Prometheus {
  constructor(private readonly config: SourcesConfig) {}

  get configured(): boolean {
    return this.config.prometheusUrl !== undefined;
  }

  /** Throws PROMETHEUS_QUERY_REFUSED, PROMETHEUS_UNAVAILABLE, or the reason of `signal`. */
  async range(asked: RangeQuery, signal: AbortSignal): Promise<RangeAnswer> {
    const { status, body } = await this.fetch(asked, signal);
    const answer = Answer.safeParse(body);
    if (!answer.success) throw unavailable(`It answered ${status}, and no figures.`);
    if (answer.data.status === 'error') {
      if (answer.data.errorType !== 'bad_data') throw unavailable(`It could not run the query (${status}).`);
      throw new AppError(
        MonitoringErrors.PROMETHEUS_QUERY_REFUSED,
        `Prometheus does not understand the query: ${oneLine(answer.data.error)}`,
      );
    }
    const { result } = answer.data.data;
    const points = result.slice(0, MAX_SERIES).flatMap(({ metric, values }) => {
      const series = nameOf(metric);
      return values.flatMap(([at, value]) => toPoint(at, series, value));
    });
    return { points, series: result.length };
  }

  private async fetch(
    { query, start, end, step }: RangeQuery,
    signal: AbortSignal,
  ): Promise<{ status: number; body: unknown }> {
    const values = { query, start: String(start), end: String(end), step: String(step) };
    const url = `${this.config.prometheusUrl}/api/v1/query_range?${new URLSearchParams(values).toString()}`;
    try {
      const request = { method: 'GET', url, headers: { accept: 'application/json' }, signal } as const;
      const message = await sendOutbound(request);
      const text = await readOutbound(message, MAX_BYTES);
      return { status: message.statusCode ?? 0, body: toJson(text) };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof OutboundFailure)) throw error;
      throw unavailable(
        error.code === 'TOO_LARGE'
          ? 'Its answer is too large; ask for a shorter time or a longer step.'
          : `It does not answer (${error.code}).`,
      );
    }
  }
}

function toJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return isBoundedJson(parsed, JSON_LIMITS) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Prometheus writes NaN and infinities where there is no figure. */
function toPoint(at: number, series: string, text: string): RangePoint[] {
  const value = Number(text);
  const time = new Date(at * 1000);
  return Number.isFinite(value) && !Number.isNaN(time.getTime()) ? [{ at: time, series, value }] : [];
}

function nameOf({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return oneLine(pairs.length > 0 ? `${name}{${pairs.join(', ')}}` : name || 'value').slice(0, MAX_LABELS);
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, MAX_LABELS);

function unavailable(why: string): AppError {
  return new AppError(
    MonitoringErrors.PROMETHEUS_UNAVAILABLE,
    `Prometheus (PROMETHEUS_URL) gave no figures. ${why}`,
  );
}

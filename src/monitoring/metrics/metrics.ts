import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS_SHORT = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SECONDS_LONG = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 180];
const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/**
 * The service's figures, in a registry of their own. Labels come from closed sets:
 * never a tenant, a user, an id or a path.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly httpRequests = this.counter('http_requests_total', 'HTTP requests.', [
    'method',
    'route',
    'status',
  ]);
  readonly httpDuration = this.histogram(
    'http_request_duration_seconds',
    'Seconds from request to the end of the answer.',
    ['method', 'route'],
    SECONDS_SHORT,
  );
  readonly messages = this.counter('chat_messages_total', 'Messages sent by users.', [
    'transport',
    'outcome',
  ]);
  readonly runs = this.counter('chat_runs_total', 'Runs by the state in which they ended.', [
    'state',
    'engine',
  ]);
  readonly runDuration = this.histogram(
    'chat_run_duration_seconds',
    'Seconds from the start of a run to its end.',
    ['engine'],
    SECONDS_LONG,
  );
  readonly firstToken = this.histogram(
    'chat_first_token_seconds',
    'Seconds from the start of a run to its first text.',
    ['engine'],
    SECONDS_LONG,
  );
  readonly sockets = this.gauge('chat_sockets', 'Open sockets.', ['transport']);
  readonly logEvents = this.counter('chat_log_events_total', 'Answer events written to the log.', []);
  readonly logBatchSize = this.histogram(
    'chat_log_batch_size',
    'Answer events written to the log at once.',
    [],
    BATCH_SIZES,
  );
  readonly llmRequests = this.counter('llm_requests_total', 'Calls to model providers.', [
    'provider',
    'outcome',
  ]);
  readonly crewRequests = this.counter('crew_requests_total', 'Work of crews by how it ended.', [
    'contract',
    'outcome',
  ]);
  readonly crewDuration = this.histogram(
    'crew_request_duration_seconds',
    'Seconds from asking a crew to the end of its work.',
    ['contract'],
    SECONDS_LONG,
  );
  readonly toolRuns = this.counter('tool_runs_total', 'Calls of tools by how they ended.', [
    'tool',
    'outcome',
  ]);
  readonly authFailures = this.counter('auth_failures_total', 'Refused identities by error code.', ['code']);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Out: everything in the text format of Prometheus, version 0.0.4. */
  async render(): Promise<string> {
    return this.registry.metrics();
  }

  private counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}

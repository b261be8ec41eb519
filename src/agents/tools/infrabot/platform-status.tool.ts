import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { LlmStatus } from '../../../llm/llm-status.js';
import type { HealthReport } from '../../../monitoring/health/health.contract.js';
import { HealthService } from '../../../monitoring/health/health.service.js';
import { ProcessLoad } from '../../../monitoring/process-load.service.js';
import { Tool, type ToolFindings } from '../tool.contract.js';
import { column, figuresOf, reads } from '../tool-figures.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

const LOAD = [
  column('at', 'Time', 'datetime', { format: '%H:%M' }),
  column('cpu', 'CPU of one core', 'number', { unit: '%' }),
  column('memory', 'Memory', 'number', { unit: 'MiB' }),
  column('heap', 'Heap in use', 'number', { unit: 'MiB' }),
  column('delay', 'Longest delay of the event loop', 'number', { unit: 'ms' }),
  column('delayP99', 'Delay of the event loop (p99)', 'number', { unit: 'ms' }),
];
const WORK = [
  column('sockets', 'Open sockets', 'integer'),
  column('running', 'Answers under way', 'integer'),
  column('uptime', 'Uptime', 'number', { unit: 'min' }),
];
const NEIGHBOURS = [
  column('neighbour', 'Neighbour', 'text'),
  column('status', 'Status', 'text'),
  column('response_time', 'Answer', 'number', { unit: 'ms' }),
  column('note', 'Note', 'text'),
];

const NAMES = {
  database: ['Database', 'DATABASE_URL'],
  redis: ['Redis', 'REDIS_URL'],
  auth_service: ['Auth service', 'AUTH_SERVICE_URL'],
  crew_ai: ['Crews', 'CREW_AI_SERVICE_URL'],
  mcp: ['MCP servers', 'MCP_SERVERS'],
  llm: ['Language models', 'OPENAI_API_KEY, ANTHROPIC_API_KEY or OPENAI_BASE_URL'],
} as const;

/** How the service and what it depends on are doing at this moment. */
@Injectable()
export class PlatformStatusTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'platform_status',
    title: "Looking at the platform's state",
    description:
      'Load of this process for the last quarter of an hour (CPU, memory, delay of the event loop), open sockets, answers under way, and whether the database, Redis, the auth service, crews and language models answer.',
    roles: ['super_admin'],
    scope: 'platform',
  });
  readonly parameters = Arguments;

  constructor(
    private readonly health: HealthService,
    private readonly load: ProcessLoad,
    private readonly models: LlmStatus,
  ) {
    super();
  }

  async run(): Promise<ToolFindings> {
    const report = await this.health.report();
    const asOf = new Date(report.timestamp);
    const samples = this.load.read().map((sample) => ({ ...sample }));
    const work = {
      sockets: report.websocket_connections,
      running: report.chat_processor.running,
      uptime: Math.round(process.uptime() / 6) / 10,
    };
    const neighbours = [...this.neighboursOf(report), ...this.providers()];
    return {
      figures: {
        load: figuresOf('process of this service', asOf, LOAD, samples),
        work: figuresOf('health report of this node', asOf, WORK, [work]),
        neighbours: figuresOf('health report of this node', asOf, NEIGHBOURS, neighbours),
      },
      text: `The service is ${report.status}.`,
    };
  }

  private neighboursOf(report: HealthReport) {
    return (Object.keys(NAMES) as (keyof typeof NAMES)[]).map((key) => {
      const [neighbour, variable] = NAMES[key];
      const { status, response_time: time } = report[key];
      const note = status === 'not_configured' ? `Set ${variable} to connect it.` : null;
      return {
        neighbour,
        status: status.replace('_', ' '),
        response_time: time ?? null,
        note,
      };
    });
  }

  private providers() {
    return this.models
      .providers()
      .filter(({ state }) => state !== 'not_configured')
      .map(({ name, model, state, lastError }) => ({
        neighbour: model === null ? name : `${name} (${model})`,
        status: state,
        response_time: null,
        note: lastError === undefined ? null : `The last call failed: ${lastError}.`,
      }));
  }
}

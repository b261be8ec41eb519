import type { NestExpressApplication } from '@nestjs/platform-express';
import { z } from 'zod';
import type { ApprovalDecision } from '../../src/agents/agents.contract.js';
import { AgentRegistry } from '../../src/agents/agent-registry.service.js';
import type { AuditActor, AuditRecord, AuditService } from '../../src/audit/audit.service.js';
import { type Role, ROLES } from '../../src/auth/principal.js';
import type { FiguresTurn, NewFigures } from '../../src/datasets/figures.service.js';
import {
  Tool,
  type ToolCaller,
  type ToolFindings,
  type ToolManifest,
} from '../../src/agents/tools/tool.contract.js';
import { stepOf } from '../../src/agents/tools/approved-step.js';
import { Metrics } from '../../src/monitoring/metrics/metrics.js';
import { ToolRegistry } from '../../src/agents/tools/tool-registry.service.js';
import { ToolRunner } from '../../src/agents/tools/tool-runner.service.js';

export const Lookup = z.strictObject({ of: z.string().min(1).max(20), days: z.int().min(1).default(7) });
export type Lookup = z.infer<typeof Lookup>;

type Work = (args: Lookup, caller: ToolCaller, signal: AbortSignal) => Promise<ToolFindings>;

/** A tool that does what a test says, and remembers what it was asked. */
export class FakeTool extends Tool<Lookup> {
  readonly manifest: ToolManifest;
  readonly parameters = Lookup;
  readonly calls: Lookup[] = [];

  constructor(
    manifest: Partial<ToolManifest> = {},
    private readonly work: Work = () => Promise.resolve({ text: 'Found.' }),
  ) {
    super();
    this.manifest = {
      name: 'look_up',
      title: 'Looking it up',
      description: 'Looks something up.',
      roles: ROLES,
      ...{ scope: 'own', effect: 'read', approval: false, timeout: 5_000, budget: 5 },
      ...manifest,
    };
  }

  run(args: Lookup, caller: ToolCaller, signal: AbortSignal): Promise<ToolFindings> {
    this.calls.push(args);
    return this.work(args, caller, signal);
  }
}

export const SOLD: NewFigures = {
  columns: [
    { key: 'region', label: 'Region', type: 'text' },
    { key: 'amount', label: 'Amount', type: 'number', unit: 'EUR' },
  ],
  rows: [
    { region: 'North', amount: 12.5 },
    { region: 'South', amount: 30 },
  ],
  source: 'till',
  asOf: new Date('2026-11-22T10:00:00Z'),
};

export function callerOf(role: Role, more: Partial<ToolCaller> = {}): ToolCaller {
  const principal = { tenantId: 't', userId: 'u', role, email: null };
  return { principal, sessionId: 's', runId: 'r', ...more };
}

export class FakeAudit {
  readonly records: AuditRecord[] = [];

  record(_: AuditActor, record: AuditRecord): Promise<void> {
    this.records.push(record);
    return Promise.resolve();
  }

  /** `tool outcome reason-or-code` of each. */
  get lines(): string[] {
    return this.records.map(({ subject, outcome, details }) =>
      [subject, outcome, details?.['reason'] ?? details?.['code']].filter(Boolean).join(' '),
    );
  }
}

export class FakeFigureStore {
  readonly stored: NewFigures[] = [];

  store(_: FiguresTurn, rows: NewFigures): Promise<string> {
    this.stored.push(rows);
    return Promise.resolve(datasetId(this.stored.length));
  }
}

/** The id of the n-th dataset that a fake store keeps. */
export function datasetId(n: number): string {
  return `019aa5c0-7d3e-7c1a-9f43-${String(n).padStart(12, '0')}`;
}

/** What a person decided on a call of the tool as it is now. */
export function decidedOn(
  tool: Tool,
  state: ApprovalDecision['state'],
  args: ApprovalDecision['arguments'] = {},
): ApprovalDecision {
  const { name } = tool.manifest;
  return { approvalId: 'a1', step: stepOf(tool, 'a1'), tool: name, arguments: args, state, comment: null };
}

/** A runner over some tools, with what it wrote to the audit record and stored. */
export function runnerOf(...tools: Tool[]) {
  const audit = new FakeAudit();
  const figures = new FakeFigureStore();
  const metrics = new Metrics();
  const runner = new ToolRunner(
    new ToolRegistry(tools),
    figures as never,
    audit as unknown as AuditService,
    metrics,
  );
  return { runner, audit, figures, metrics };
}

/** Gives a running service more tools, and an agent of it all of them. */
export function addTools(app: NestExpressApplication, agent: string, ...tools: Tool[]): void {
  const { byName } = app.get(ToolRegistry, { strict: false }) as unknown as { byName: Map<string, Tool> };
  for (const tool of tools) {
    byName.set(tool.manifest.name, tool);
    app.get(AgentRegistry, { strict: false }).get(agent).tools.push(tool.manifest.name);
  }
}

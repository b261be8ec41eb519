import { Injectable, Logger } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { AppError } from '../../common/errors/app-error.js';
import { parseInput } from '../../common/errors/validation.js';
import type { DataColumn } from '../../common/parts/data-column.contract.js';
import { Figures, type NewFigures } from '../../datasets/figures.service.js';
import type { AgentDefinition } from '../agent-definition.contract.js';
import { Metrics } from '../../monitoring/metrics/metrics.js';
import type { ApprovalDecision } from '../agents.contract.js';
import type { Tool, ToolCaller, ToolExtract } from './tool.contract.js';
import { stepOf } from './approved-step.js';
import { ToolBudgets } from './tool-budgets.js';
import { Findings } from './tool-findings.contract.js';
import { type CallSoFar, mayUse, type Refusal, refusalOf } from './tool-policy.js';
import { ToolRegistry } from './tool-registry.service.js';
import { withinTime } from './tool-time.js';
import { argumentsInvalid, notPermitted, toolFailed } from './tools.errors.js';

/** Rows that a tool found, as they were stored. `rows` may be the first of `total`. */
export interface StoredFigures {
  readonly id: string;
  readonly columns: readonly DataColumn[];
  readonly rows: NewFigures['rows'];
  readonly total: number;
  readonly source: string;
}

/** What a call gave. JSON, so that it can be kept with the step of a run. */
export interface ToolOutcome {
  /** By the short names of the tool. */
  readonly datasets: Readonly<Record<string, StoredFigures>>;
  readonly extracts: readonly ToolExtract[];
  readonly text: string;
  /** What could not be read, and how to connect it. */
  readonly missing: readonly string[];
}

/** A call that may be put before a person; its arguments are those that were checked. */
export interface CheckedCall {
  readonly tool: Tool;
  readonly arguments: Readonly<Record<string, unknown>>;
}

type Decided =
  | { readonly allowed: true; readonly tool: Tool; readonly args: unknown }
  | { readonly allowed: false; readonly error: Promise<AppError> };

/** In: the tool as it is now. Out: what a person said of its call. */
type Consent = (tool: Tool | undefined) => Pick<CallSoFar, 'agreed' | 'changed'>;

type AgentTools = Pick<AgentDefinition, 'name' | 'tools'>;

type Details = Readonly<Record<string, string>>;

/** The one place where tools run, for models and for skills: by policy, checked on both sides, and recorded. */
@Injectable()
export class ToolRunner {
  private readonly logger = new Logger(ToolRunner.name);
  private readonly budgets = new ToolBudgets();

  constructor(
    private readonly registry: ToolRegistry,
    private readonly figures: Figures,
    private readonly audit: AuditService,
    private readonly metrics: Metrics,
  ) {}

  /** Those of the named tools that the caller's role may use; of the others it shall not know. */
  usableBy({ principal }: Pick<ToolCaller, 'principal'>, names: readonly string[]): Tool[] {
    return names
      .flatMap((name) => this.registry.find(name) ?? [])
      .filter((tool) => mayUse(principal.role, tool.manifest));
  }

  /** What the agents have together, as far as the caller's role may use it. */
  offeredTo(caller: Pick<ToolCaller, 'principal'>, agents: readonly AgentTools[]): Tool[] {
    const names = agents.flatMap((agent) => this.registry.namesFor(agent));
    return this.usableBy(caller, [...new Set(names)]);
  }

  /** Sentences for what the agents would have for the caller's role and is not there now. */
  missingFor({ principal }: Pick<ToolCaller, 'principal'>, agents: readonly AgentTools[]): string[] {
    return [
      ...this.registry.missingFor(
        principal.role,
        agents.map(({ name }) => name),
      ),
    ];
  }

  /** Records that a caller wanted what its agent was not given, and throws TOOL_NOT_PERMITTED. */
  async refuse(name: string, caller: ToolCaller): Promise<never> {
    const tool = this.registry.find(name);
    const refusal = refusalOf(name, tool?.manifest, caller.principal.role, { used: 0, agreed: true });
    throw await this.refused(refusal ?? { reason: 'agent', error: notPermitted(name) }, tool, caller);
  }

  /** Counts calls of an earlier part of a run, which may have been on another node. In: the name of each. */
  remember(runId: string, ran: readonly string[]): void {
    this.budgets.atLeast(runId, ran);
  }

  /** What a call would be, without running it. Throws as `run` does, but for the lack of an approval. */
  async check(name: string, args: unknown, caller: ToolCaller): Promise<CheckedCall> {
    const call = this.decide(name, args, caller, () => ({ agreed: true }));
    if (!call.allowed) throw await call.error;
    return { tool: call.tool, arguments: call.args as CheckedCall['arguments'] };
  }

  /**
   * Runs one call. In: the tool's name, its arguments as they came, for whom. Out: what it found; figures are stored.
   * Throws AppError (tools.errors.ts, or the tool's own), or the reason of `signal`.
   */
  async run(name: string, args: unknown, caller: ToolCaller, signal: AbortSignal): Promise<ToolOutcome> {
    return this.perform(
      this.decide(name, args, caller, () => ({ agreed: false })),
      caller,
      signal,
      {},
    );
  }

  /** Runs the call that a person agreed to, with the arguments that stood before them. As `run` otherwise. */
  async runApproved(
    decision: ApprovalDecision,
    caller: ToolCaller,
    signal: AbortSignal,
  ): Promise<ToolOutcome> {
    const call = this.decide(decision.tool, decision.arguments, caller, (tool) => ({
      agreed: decision.state === 'approved',
      changed: tool !== undefined && stepOf(tool, decision.approvalId) !== decision.step,
    }));
    return this.perform(call, caller, signal, { approval_id: decision.approvalId });
  }

  /** Policy first, then the arguments. Nothing is awaited in between, so that two calls never share one place. */
  private decide(name: string, args: unknown, caller: ToolCaller, consent: Consent): Decided {
    const tool = this.registry.find(name);
    const used = this.budgets.used(caller.runId, name);
    const refusal = refusalOf(name, tool?.manifest, caller.principal.role, { used, ...consent(tool) });
    if (refusal) return { allowed: false, error: this.refused(refusal, tool, caller) };
    if (!tool) throw new Error('The policy allowed a tool that does not exist');
    try {
      return { allowed: true, tool, args: parseInput(tool.parameters, args) };
    } catch (error) {
      const failure = error instanceof AppError ? argumentsInvalid(name, error.detail) : error;
      return { allowed: false, error: this.failed(failure, tool, caller) };
    }
  }

  private async perform(
    call: Decided,
    caller: ToolCaller,
    signal: AbortSignal,
    details: Details,
  ): Promise<ToolOutcome> {
    if (!call.allowed) throw await call.error;
    const { tool, args } = call;
    this.budgets.count(caller.runId, tool.manifest.name);
    const recorded = this.record(caller, tool.manifest.name, 'allowed', details);
    if (tool.manifest.effect === 'write') await recorded;
    try {
      const found = await withinTime(tool.manifest, signal, (limited) => tool.run(args, caller, limited));
      const outcome = await this.kept(found, caller);
      this.count(tool.manifest.name, 'done');
      return outcome;
    } catch (error) {
      signal.throwIfAborted();
      throw await this.failed(error, tool, caller);
    } finally {
      await recorded;
    }
  }

  private async kept(found: unknown, caller: ToolCaller): Promise<ToolOutcome> {
    const { figures, extracts, text, missing } = Findings.parse(found);
    const stored = Object.entries(figures).map(async ([key, rows]): Promise<[string, StoredFigures]> => {
      const id = await this.figures.store(caller, rows);
      const total = rows.total ?? rows.rows.length;
      return [key, { id, columns: rows.columns, rows: rows.rows, total, source: rows.source }];
    });
    return { datasets: Object.fromEntries(await Promise.all(stored)), extracts, text, missing };
  }

  /** A name that is no tool's is text of a model, so it is not written down. */
  private async refused(
    { reason, error }: Refusal,
    tool: Tool | undefined,
    caller: ToolCaller,
  ): Promise<AppError> {
    const name = tool?.manifest.name ?? 'unknown';
    this.count(name, 'refused');
    await this.record(caller, name, 'refused', { reason });
    return error;
  }

  private async failed(error: unknown, { manifest }: Tool, caller: ToolCaller): Promise<AppError> {
    const { name, effect } = manifest;
    const failure = error instanceof AppError ? error : toolFailed(name, effect === 'write', error);
    if (failure !== error)
      this.logger.error({ err: error, tool: name, run_id: caller.runId }, 'a tool failed');
    this.count(name, 'failed');
    await this.record(caller, name, 'failed', { code: failure.code });
    return failure;
  }

  private count(name: string, outcome: 'done' | 'refused' | 'failed'): void {
    this.metrics.toolRuns.inc({ tool: this.registry.labelOf(name), outcome });
  }

  private record(
    caller: ToolCaller,
    subject: string,
    outcome: 'allowed' | 'refused' | 'failed',
    details: Details,
  ): Promise<void> {
    const { role } = caller.principal;
    return this.audit.record(caller.principal, {
      ...{ action: 'tool.run', outcome, subject },
      details: { ...details, role, run_id: caller.runId, session_id: caller.sessionId },
    });
  }
}

import { AppError } from '../../common/errors/app-error.js';
import { newId } from '../../common/ids.js';
import type { Figures } from '../../datasets/figures.service.js';
import { SHOW_TOOLS, type ShowToolName } from '../../datasets/tools/show-tools.js';
import type { ModelToolCall } from '../../llm/llm.contract.js';
import type { ApprovalDecision, ApprovalRequest } from '../agents.contract.js';
import type { AssignedTurn, BackendEvent } from '../backends/agent-backend.js';
import { stepOf } from '../tools/approved-step.js';
import type { Tool } from '../tools/tool.contract.js';
import { asksFirst } from '../tools/tool-policy.js';
import type { ToolRunner } from '../tools/tool-runner.service.js';
import { MAX_ASKED, MAX_CALLS } from './loop-limits.js';
import type { LoopState, Shown } from './loop-state.js';
import { resultText, shownText, type ToolResult } from './tool-results.js';

/** What became of one call: a text for the model, or a question to a person. */
export type Handled =
  | { readonly type: 'result'; readonly text: string; readonly shown?: Shown }
  | { readonly type: 'ask'; readonly request: ApprovalRequest };

const SHOWS: ReadonlySet<string> = new Set(SHOW_TOOLS.map(({ name }) => name));

const DECLINED: Readonly<Record<'refused' | 'expired', string>> = {
  refused: 'The user did not agree, so it was not done. Do not ask again.',
  expired: 'Nobody decided in time, so it was not done. Do not ask again.',
};
const UNKNOWN =
  'It was begun and then cut off. Nobody knows whether it was done, and it is not repeated. Say so, and how the user can check.';

/** Handles the calls of a model in one turn: runs them, shows figures, or has a person asked. Keeps count in the state. */
export class CallDesk {
  constructor(
    private readonly runner: ToolRunner,
    private readonly figures: Figures,
    private readonly turn: AssignedTurn,
    private readonly state: LoopState,
    private readonly offered: readonly Tool[],
  ) {}

  /** In: a call, of whatever name. Throws only the reason of `signal`, and what is no AppError. */
  async *handle(call: ModelToolCall, signal: AbortSignal): AsyncGenerator<BackendEvent, Handled> {
    this.state.calls += 1;
    if (this.state.calls > MAX_CALLS)
      return this.failed(call.name, 'This was one call too many. Answer now.');
    const args = parsed(call.arguments);
    if (args === undefined)
      return this.failed(call.name, 'The arguments are not valid JSON. Call it again with a JSON object.');
    if (isShow(call.name)) return yield* this.show(call.name, args);
    const tool = this.find(call.name);
    if (tool && asksFirst(tool.manifest)) return this.ask(call, args);
    if (tool) yield { type: 'status', text: tool.manifest.title };
    const result = await this.attempt(() =>
      tool ? this.runner.run(call.name, args, this.turn, signal) : this.runner.refuse(call.name, this.turn),
    );
    return this.result(call.name, result);
  }

  /** In: what a person decided. Does what was agreed to, once, and never anything else. Throws as `handle` does. */
  async *decided(decision: ApprovalDecision, signal: AbortSignal): AsyncGenerator<BackendEvent, Handled> {
    const { tool, state, comment } = decision;
    if (state !== 'approved') {
      this.state.declined.push(tool);
      return this.result(tool, {
        ok: false,
        error: DECLINED[state],
        ...(comment === null ? {} : { comment }),
      });
    }
    const found = this.find(tool);
    if (found) yield { type: 'status', text: found.manifest.title };
    return this.result(tool, await this.doOnce(decision, signal));
  }

  /** Shows again what was shown before by a call that was right. */
  async *again(tool: ShowToolName, args: unknown): AsyncGenerator<BackendEvent> {
    const shown = await this.figures.show(this.turn, tool, args);
    if (shown.ok) yield { type: 'part', part: shown.part };
  }

  private async doOnce(decision: ApprovalDecision, signal: AbortSignal): Promise<ToolResult> {
    const { steps } = this.turn;
    if (!steps) throw new Error('A tool that changes something was approved where nothing keeps its steps');
    const begun = await steps.begin(decision.step, { tool: decision.tool, arguments: decision.arguments });
    if (begun.state === 'unknown') return { ok: false, error: UNKNOWN };
    if (begun.state === 'done') return begun.result as ToolResult;
    const result = await this.attempt(() => this.runner.runApproved(decision, this.turn, signal));
    await steps.end(decision.step, { ok: result.ok, result });
    return result;
  }

  private async *show(tool: ShowToolName, args: unknown): AsyncGenerator<BackendEvent, Handled> {
    const shown = await this.figures.show(this.turn, tool, args);
    if (!shown.ok) return this.failed(tool, shown.error);
    yield { type: 'part', part: shown.part };
    this.state.ran.push(tool);
    return {
      type: 'result',
      text: this.given(shownText(tool, shown.part)),
      shown: { tool, arguments: args },
    };
  }

  private async ask(call: ModelToolCall, args: unknown): Promise<Handled> {
    const { state } = this;
    if (state.declined.includes(call.name)) return this.failed(call.name, DECLINED.refused);
    if (state.asked >= MAX_ASKED)
      return this.failed(call.name, 'The user was asked often enough in this answer. Do without it.');
    try {
      const checked = await this.runner.check(call.name, args, this.turn);
      state.asked += 1;
      const approvalId = newId();
      const step = stepOf(checked.tool, approvalId);
      return { type: 'ask', request: { approvalId, step, tool: call.name, arguments: checked.arguments } };
    } catch (error) {
      if (error instanceof AppError) return this.failed(call.name, error.detail);
      throw error;
    }
  }

  private async attempt(work: () => Promise<(ToolResult & { ok: true })['outcome']>): Promise<ToolResult> {
    try {
      return { ok: true, outcome: await work() };
    } catch (error) {
      if (error instanceof AppError) return { ok: false, error: error.detail };
      throw error;
    }
  }

  private failed(tool: string, error: string): Handled {
    return this.result(tool, { ok: false, error });
  }

  private result(tool: string, result: ToolResult): Handled {
    const { state } = this;
    const known = isShow(tool) || this.find(tool) !== undefined;
    if (known) (result.ok ? state.ran : state.failed).push(tool);
    const text = resultText(known ? tool : 'unknown', result, state.extracts.length);
    if (result.ok) {
      const { datasets, extracts, missing } = result.outcome;
      state.extracts.push(...extracts);
      state.hasDatasets ||= Object.keys(datasets).length > 0;
      state.missing = [...new Set([...state.missing, ...missing])];
    }
    return { type: 'result', text: this.given(text) };
  }

  private find(name: string): Tool | undefined {
    return this.offered.find(({ manifest }) => manifest.name === name);
  }

  private given(text: string): string {
    this.state.given += text.length;
    return text;
  }
}

function isShow(name: string): name is ShowToolName {
  return SHOWS.has(name);
}

/** Out: undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

import { AppError } from '../../common/errors/app-error.js';
import type { Figures } from '../../datasets/figures.service.js';
import type { AssignedTurn } from '../backends/agent-backend.js';
import type { ToolRunner } from '../tools/tool-runner.service.js';
import type { PlannedStep, SkillPlan } from './plans/skill-plan.js';
import { quoted } from './quoted.js';
import { shownViews } from './shown-views.js';
import { LocalSkill, type SkillEvent } from './skill.js';

/**
 * How well a plan fits: its question asked of its own agent, or of another one of the assistant; anything else of its
 * agent, where the user named it, where it was ranked best, and not where it is only the default.
 */
const FITS = { own: 0.85, other: 0.6, asked: 0.5, ranked: 0.4, default: 0 } as const;
/** Longer questions bring texts or stories along, in which a word proves little. */
const MAX_LENGTH = 300;

/** Carries out a plan: runs its tools, shows their figures, and says what is missing. */
export class PlannedSkill extends LocalSkill {
  readonly name: string;

  constructor(
    private readonly plan: SkillPlan,
    private readonly tools: ToolRunner,
    private readonly figures: Figures,
  ) {
    super();
    this.name = plan.name;
  }

  matches(question: string, { assistant, choice }: AssignedTurn): number {
    const { agents, asks = [], base } = this.plan;
    const own = agents.includes(choice.agent.name);
    if (!own && !agents.some((agent) => assistant.availableAgents.includes(agent))) return 0;
    const said = question.slice(0, MAX_LENGTH);
    if (asks.some((pattern) => pattern.test(said))) return own ? FITS.own : FITS.other;
    return own && base ? FITS[choice.how] : 0;
  }

  async *run(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<SkillEvent> {
    const { lead, steps, lacks = [], next } = this.plan;
    const notes: string[] = [];
    yield { type: 'text', text: lead };
    for (const step of steps) yield* this.perform(step, turn, signal, notes);
    const remarks = [...notes, ...lacks];
    if (remarks.length > 0)
      yield { type: 'text', text: `\n\n${remarks.map((one) => `- ${one}`).join('\n')}` };
    yield { type: 'noted', notes: { missing: lacks } };
    if (next) yield { type: 'next', questions: next };
  }

  private async *perform(
    step: PlannedStep,
    turn: AssignedTurn,
    signal: AbortSignal,
    notes: string[],
  ): AsyncGenerator<SkillEvent> {
    const args = step.with ? step.with(turn.question.content) : {};
    if (args === null) {
      if (step.otherwise) notes.push(step.otherwise);
      return;
    }
    const [tool] = this.tools.usableBy(turn, [step.tool]);
    if (tool) yield { type: 'status', text: tool.manifest.title };
    try {
      const outcome = await this.tools.run(step.tool, args, turn, signal);
      yield { type: 'noted', notes: { ran: [step.tool], missing: outcome.missing } };
      notes.push(...(yield* shownViews(this.figures, turn, outcome.datasets, step.views ?? [])));
      notes.push(...(outcome.text ? [outcome.text] : []), ...outcome.missing);
      for (const extract of outcome.extracts) yield* quoted(extract);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AppError)) throw error;
      if (tool) yield { type: 'noted', notes: { failed: [step.tool] } };
      notes.push(error.detail);
    }
  }
}

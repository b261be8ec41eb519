import type { ShowToolName } from '../../../datasets/tools/show-tools.js';

/** One part to show of a dataset that a tool gave. */
export interface PlannedView {
  /** The tool's short name of the dataset. */
  readonly of: string;
  readonly show: ShowToolName;
  /** The arguments of the view, without the dataset. */
  readonly as: object;
  /** Shown only where this column has a value that is not zero. */
  readonly needs?: string;
  /** Shown in place of a chart that would draw one value; without it such a chart is left out, as others say it. */
  readonly alone?: PlannedView;
  /** Said where nothing is shown. */
  readonly none?: string;
}

export interface PlannedStep {
  readonly tool: string;
  /** In: the question. Out: the tool's arguments; null where the question does not give them. */
  readonly with?: (question: string) => object | null;
  /** Said where it does not. */
  readonly otherwise?: string;
  readonly views?: readonly PlannedView[];
}

/** What the local engine does for agents on some questions. Data: tools, views and sentences. */
export interface SkillPlan {
  readonly name: string;
  /** Whose plan it is. Others of the same assistant use it only where `asks` fits the question. */
  readonly agents: readonly string[];
  readonly asks?: readonly RegExp[];
  /** Takes whatever else is for its agents. */
  readonly base?: true;
  readonly lead: string;
  readonly steps: readonly PlannedStep[];
  /** Data that is not there, and how to connect it, one sentence each. */
  readonly lacks?: readonly string[];
  readonly next?: readonly string[];
}

export const metric = (
  of: string,
  label: string,
  as: object,
  more: Partial<PlannedView> = {},
): PlannedView => ({
  of,
  show: 'show_metric',
  as: { label, ...as },
  ...more,
});

export const table = (of: string, more: Partial<PlannedView> = {}): PlannedView => ({
  of,
  show: 'show_table',
  as: {},
  ...more,
});

type Channels = Readonly<Record<string, object>>;

export const chart = (
  of: string,
  title: string,
  mark: string,
  encoding: Channels,
  more: Partial<PlannedView> = {},
): PlannedView => ({ of, show: 'show_chart', as: { title, spec: { mark, encoding } }, ...more });

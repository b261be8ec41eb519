import { SHOW_TOOLS } from '../../datasets/tools/show-tools.js';
import type { ModelTool } from '../../llm/llm.contract.js';
import { argumentSchema } from '../tools/argument-schema.js';
import type { Tool } from '../tools/tool.contract.js';

const SHOWING: readonly ModelTool[] = SHOW_TOOLS.map(({ name, description, parameters }) => ({
  name,
  description,
  parameters: argumentSchema(parameters),
}));

/** In: the tools that may be used; `showing`, whether there is a dataset to be shown. Out: what a model is told of. */
export function toModelTools(tools: readonly Tool[], showing: boolean): ModelTool[] {
  const own = tools.map(({ manifest: { name, description }, parameters }) => ({
    name,
    description,
    parameters: argumentSchema(parameters),
  }));
  return [...own, ...(showing ? SHOWING : [])];
}

/** What a model is told of tools, after the prompt of its role. */
export const TOOL_INSTRUCTIONS = [
  '## Tools\n\nWhere you have tools:\n',
  '- Call a tool where the question needs what it gives, without announcing it. Do not call it again for what it gave already.',
  '- A figure in your text stands in the result of a tool or in the conversation. Charts, tables and single figures are drawn only by show_chart, show_table and show_metric, from a dataset that a tool gave; you have them once there is one. Show what answers the question, at most three of them, and say in a sentence what it means.',
  '- Where you use an extract of a result, put its mark, such as [1], after the sentence.',
  '- Where a result names something missing, say that, and how it is connected.',
  '- A tool that changes something asks the user by itself. Call it where the user wants the change, and do not claim that it is done before its result says so.',
].join('\n');

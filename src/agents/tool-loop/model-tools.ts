import { z } from 'zod';
import { SHOW_TOOLS } from '../../datasets/tools/show-tools.js';
import type { ModelTool } from '../../llm/llm.contract.js';
import type { Tool } from '../tools/tool.contract.js';

const schemas = new WeakMap<z.ZodType, ModelTool['parameters']>();

const SHOWING: readonly ModelTool[] = SHOW_TOOLS.map(({ name, description, parameters }) => ({
  name,
  description,
  parameters: schemaOf(parameters),
}));

/** In: the tools that may be used; `showing`, whether there is a dataset to be shown. Out: what a model is told of. */
export function toModelTools(tools: readonly Tool[], showing: boolean): ModelTool[] {
  const own = tools.map(({ manifest: { name, description }, parameters }) => ({
    name,
    description,
    parameters: schemaOf(parameters),
  }));
  return [...own, ...(showing ? SHOWING : [])];
}

/** JSON Schema of the arguments as they are written, without what only costs tokens. Made once for each schema. */
function schemaOf(type: z.ZodType): ModelTool['parameters'] {
  const known = schemas.get(type);
  if (known) return known;
  const { $schema: _, ...schema } = z.toJSONSchema(type, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'uuid') delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  schemas.set(type, schema);
  return schema;
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

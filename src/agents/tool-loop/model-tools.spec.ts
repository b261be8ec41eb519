import { FakeTool } from '../../../test/support/tools.js';
import type { Tool } from '../tools/tool.contract.js';
import { TOOLS } from '../tools/tools.js';
import { toModelTools } from './model-tools.js';

const all = [new FakeTool(), ...TOOLS.map((type) => Reflect.construct(type, []) as Tool)];

describe('tools as a model is told of them', () => {
  it('have the arguments that may be left out, the descriptions, and nothing that was not asked for', () => {
    const [tool] = toModelTools([new FakeTool()], false);
    expect(tool).toEqual({
      name: 'look_up',
      description: 'Looks something up.',
      parameters: {
        type: 'object',
        properties: {
          of: { type: 'string', minLength: 1, maxLength: 20 },
          days: { type: 'integer', minimum: 1, default: 7 },
        },
        required: ['of'],
        additionalProperties: false,
      },
    });
  });

  it('have those that show figures among them only once there are figures', () => {
    const names = (showing: boolean) => toModelTools([], showing).map(({ name }) => name);
    expect(names(false)).toEqual([]);
    expect(names(true)).toEqual(['show_chart', 'show_table', 'show_metric']);
  });

  it.each(toModelTools(all, true).map((tool) => [tool.name, tool] as const))(
    '%s is one that every provider takes',
    (name, { description, parameters }) => {
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(description.length).toBeGreaterThan(10);
      expect(parameters['type']).toBe('object');
      for (const key of ['anyOf', 'oneOf', 'allOf']) expect(parameters).not.toHaveProperty(key);
      expect(JSON.stringify(parameters)).not.toMatch(/"\$(?:ref|defs|schema)"|9007199254740991|0-9a-fA-F/);
    },
  );
});

import { z } from 'zod';
import { SchemaComponents } from './schema-components.js';

describe('named schemas', () => {
  it('become components that others point at', () => {
    const components = new SchemaComponents('openapi');
    const Part = z.object({ text: z.string() }).meta({ id: 'Part', example: { id: 'a', text: 'b' } });
    const whole = components.add(z.object({ parts: z.array(Part), last: Part.nullable() }), 'output');
    expect(whole).toMatchObject({
      properties: {
        parts: { type: 'array', items: { $ref: '#/components/schemas/Part' } },
        last: { anyOf: [{ $ref: '#/components/schemas/Part' }, { type: 'null' }] },
      },
    });
    expect(components.schemas).toEqual({
      Part: {
        type: 'object',
        properties: { text: { type: 'string' } },
        required: ['text'],
        example: { id: 'a', text: 'b' },
      },
    });
  });

  it('are kept twice where a question and an answer differ', () => {
    const components = new SchemaComponents('asyncapi');
    const Inner = z.object({ size: z.int().default(1) }).meta({ id: 'Inner' });
    const Outer = z.object({ inner: Inner }).meta({ id: 'Outer' });
    expect(components.add(Outer, 'output')).toEqual({ $ref: '#/components/schemas/Outer' });
    expect(components.add(Outer, 'input')).toEqual({ $ref: '#/components/schemas/OuterInput' });
    expect(components.add(Outer, 'input')).toEqual({ $ref: '#/components/schemas/OuterInput' });
    expect(components.schemas['OuterInput']).toMatchObject({
      properties: { inner: { $ref: '#/components/schemas/InnerInput' } },
    });
    expect(components.schemas['Inner']).toMatchObject({ required: ['size'] });
    expect(components.schemas['InnerInput']).not.toHaveProperty('required');
  });

  it('say that a question takes no further fields, and that an answer may grow', () => {
    const components = new SchemaComponents('openapi');
    expect(components.add(z.strictObject({ a: z.string() }), 'input')).toMatchObject({
      additionalProperties: false,
    });
    expect(components.add(z.object({ a: z.string() }), 'output')).not.toHaveProperty('additionalProperties');
    expect(components.add(z.record(z.string(), z.int()), 'output')).toMatchObject({
      additionalProperties: { type: 'integer' },
    });
  });

  it('may not share a name', () => {
    const components = new SchemaComponents('openapi');
    components.add(z.object({ first: z.string() }).meta({ id: 'Twice' }), 'output');
    components.add(z.object({ second: z.string() }).meta({ id: 'Twice' }), 'output');
    expect(() => components.add(z.object({ third: z.string() }).meta({ id: 'Twice' }), 'output')).toThrow(
      /Twice/,
    );
  });
});

import { z } from 'zod';

const schemas = new WeakMap<z.ZodType, Readonly<Record<string, unknown>>>();

/** JSON Schema of the arguments as they are written, without what only costs tokens. Made once for each schema. */
export function argumentSchema(type: z.ZodType): Readonly<Record<string, unknown>> {
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

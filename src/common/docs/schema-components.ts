import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;
export type SchemaSide = 'input' | 'output';

const TARGETS = { openapi: 'draft-2020-12', asyncapi: 'draft-7' } as const;

/**
 * Turns zod schemas into JSON Schema and collects those that carry `.meta({ id })` as named components.
 * A schema whose two sides differ (defaults, transforms) is kept twice: the later one as `<id>Input` or `<id>Output`.
 */
export class SchemaComponents {
  readonly schemas: Record<string, JsonSchema> = {};

  constructor(private readonly kind: keyof typeof TARGETS) {}

  /** Out: the schema, with references to `#/components/schemas`. Throws where two schemas share an id. */
  add(schema: z.ZodType, side: SchemaSide): JsonSchema {
    const converted = z.toJSONSchema(schema, {
      target: TARGETS[this.kind],
      io: side,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => simplify(jsonSchema as JsonSchema, side),
    }) as JsonSchema;
    const { $schema: _, $defs, definitions, ...root } = converted;
    const found = ($defs ?? definitions ?? {}) as Record<string, JsonSchema>;
    const names = this.namesOf(found, side);
    for (const [id, definition] of Object.entries(found)) {
      this.schemas[names.get(id) ?? id] = this.pointed(definition, names) as JsonSchema;
    }
    return this.pointed(root, names) as JsonSchema;
  }

  private namesOf(found: Record<string, JsonSchema>, side: SchemaSide): Map<string, string> {
    const names = new Map(Object.keys(found).map((id) => [id, id]));
    for (let settled = false; !settled;) {
      settled = true;
      for (const [id, definition] of Object.entries(found)) {
        const name = names.get(id) ?? id;
        const known = this.schemas[name];
        if (!known || isDeepStrictEqual(known, this.pointed(definition, names))) continue;
        const next = side === 'input' ? `${id}Input` : `${id}Output`;
        if (name === next)
          throw new Error(`Two different schemas are called ${id} in the API's documentation.`);
        names.set(id, next);
        settled = false;
      }
    }
    return names;
  }

  private pointed(value: unknown, names: ReadonlyMap<string, string>): unknown {
    if (Array.isArray(value)) return value.map((item) => this.pointed(item, names));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [
        key,
        key === '$ref' ? reference(String(child), names) : this.pointed(child, names),
      ]),
    );
  }
}

function reference(pointer: string, names: ReadonlyMap<string, string>): string {
  const id = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(pointer)?.[1];
  return id === undefined ? pointer : `#/components/schemas/${names.get(id) ?? id}`;
}

/** Answers may grow fields; the limits of a JavaScript integer tell a reader nothing. */
function simplify(schema: JsonSchema, side: SchemaSide): void {
  if (side === 'output' && schema['additionalProperties'] === false) delete schema['additionalProperties'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
}

import { z } from 'zod';
import { findProtoKey } from '../../../common/proto-key.js';
import { plain } from '../../../crewai/answer/crew-table.js';

type Json = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 8;
const MAX_NODES = 400;
const MAX_DESCRIPTION = 300;
const MAX_VALUES = 100;
const MAX_VALUE = 200;
const NAME = /^[\w.$-]{1,64}$/;

const TYPES: ReadonlySet<unknown> = new Set([
  ...['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'],
]);
const LIMITS = [
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems'],
];

/** What another server's schema asks for that this service does not read. */
class NotRead extends Error {}

/**
 * The arguments of another server's tool. Only the keywords that can do no harm are taken over: no pattern, which could
 * be made to run for ever, and no reference out of the schema. What a schema with properties does not name is refused,
 * unless it says otherwise. In: anything. Out: undefined where it is no schema of an object, or too large.
 */
export function readMcpSchema(schema: unknown): z.ZodType | undefined {
  if (!isObject(schema) || schema['type'] !== 'object' || findProtoKey(schema)) return undefined;
  try {
    return z.fromJSONSchema(
      new SchemaReader(schema).read(schema, 0) as Parameters<typeof z.fromJSONSchema>[0],
    );
  } catch {
    return undefined;
  }
}

class SchemaReader {
  private nodes = 0;

  constructor(private readonly root: Json) {}

  /** Throws NotRead. */
  read(given: unknown, depth: number): Json {
    this.nodes += 1;
    if (depth > MAX_DEPTH || this.nodes > MAX_NODES) throw new NotRead();
    if (given === true) return {};
    if (!isObject(given)) throw new NotRead();
    if (given['$ref'] !== undefined) return this.read(this.referred(given['$ref']), depth + 1);
    return {
      ...described(given),
      ...typeOf(given),
      ...limits(given),
      ...values(given),
      ...this.members(given, depth),
      ...this.items(given, depth),
      ...this.choices(given, depth),
    };
  }

  private members(given: Json, depth: number): Json {
    const { properties, required, additionalProperties: more } = given;
    if (properties !== undefined && !isObject(properties)) throw new NotRead();
    const all = Object.entries(properties ?? {});
    if (!all.every(([name]) => NAME.test(name))) throw new NotRead();
    const named = Object.fromEntries(all.map(([name, one]) => [name, this.read(one, depth + 1)]));
    const others = more === undefined ? all.length === 0 : more;
    const isOne = given['type'] === 'object' || all.length > 0;
    return {
      ...(isOne ? { properties: named } : {}),
      ...(isOne
        ? { additionalProperties: typeof others === 'boolean' ? others : this.read(others, depth + 1) }
        : {}),
      ...(Array.isArray(required)
        ? { required: required.filter((name) => Object.hasOwn(named, String(name))) }
        : {}),
    };
  }

  private items({ items }: Json, depth: number): Json {
    return items === undefined ? {} : { items: this.read(items, depth + 1) };
  }

  private choices(given: Json, depth: number): Json {
    const choices = given['anyOf'] ?? given['oneOf'];
    if (choices === undefined) return {};
    if (!Array.isArray(choices) || choices.length === 0) throw new NotRead();
    return { anyOf: choices.map((one: unknown) => this.read(one, depth + 1)) };
  }

  private referred(reference: unknown): unknown {
    const path = /^#\/(\$defs|definitions)\/([\w.-]+)$/.exec(String(reference));
    const definitions = this.root[path?.[1] ?? ''];
    const name = path?.[2] ?? '';
    if (!isObject(definitions) || !Object.hasOwn(definitions, name)) throw new NotRead();
    return definitions[name];
  }
}

function described({ description }: Json): Json {
  if (typeof description !== 'string') return {};
  const text = plain(description.replaceAll(/[<>]/g, ' '), MAX_DESCRIPTION);
  return text ? { description: text } : {};
}

function typeOf({ type }: Json): Json {
  if (type === undefined) return {};
  const all: unknown[] = Array.isArray(type) ? type : [type];
  if (all.length === 0 || !all.every((one) => TYPES.has(one))) throw new NotRead();
  return { type: all.length === 1 ? all[0] : all };
}

function limits(given: Json): Json {
  return Object.fromEntries(
    LIMITS.filter((name) => Number.isFinite(given[name])).map((name) => [name, given[name]]),
  );
}

function values(given: Json): Json {
  const all: unknown = given['const'] === undefined ? given['enum'] : [given['const']];
  if (all === undefined) return {};
  if (!Array.isArray(all) || all.length === 0 || all.length > MAX_VALUES || !all.every(isValue))
    throw new NotRead();
  return { enum: all as unknown[] };
}

function isValue(value: unknown): boolean {
  return typeof value === 'string'
    ? value.length <= MAX_VALUE && plain(value, MAX_VALUE) === value
    : value === null || ['number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

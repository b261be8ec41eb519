import { STATUS_CODES } from 'node:http';
import { applyDecorators, HttpCode } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ApiBearerAuth, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { AppError, type ErrorDefinition } from '../errors/app-error.js';
import { CommonErrors } from '../errors/common.errors.js';
import { toErrorBody } from '../errors/error-body.js';

export interface ApiRouteOptions {
  readonly summary: string;
  readonly description?: string;
  /** Schema of the answer. Its `.meta({ id })` names it in the document. */
  readonly response?: z.ZodType;
  /** Media type of an answer that is a file rather than JSON. */
  readonly file?: string;
  /** Status of success; set on the response too. 200 unless given. */
  readonly status?: number;
  readonly example?: unknown;
  /** What the handler's feature may throw. Those of every route (400, 401, 403, 429, 500) are added here. */
  readonly errors?: readonly ErrorDefinition[];
  /** True where no token is needed. Only documents it: the guard is told by `@Public()`. */
  readonly public?: boolean;
}

export const ERROR_BODY_REF = '#/components/schemas/ErrorBody';
export const PROBLEM_JSON = 'application/problem+json';
const EXAMPLE_REQUEST_ID = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';

const AUTH_TEXT: Readonly<Record<number, string>> = {
  401: 'No token, or one that is not valid (any more).',
  403: 'The role or the tenant may not do this.',
};

const RATE_HEADERS = Object.fromEntries(
  ['Retry-After', 'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'].map((name) => [
    name,
    { schema: { type: 'integer' as const } },
  ]),
);

/**
 * Documents a REST handler: what it does, what it gives, and every error body that it can give.
 * Also sets the status of success, so that document and answer agree.
 */
export function ApiRoute(options: ApiRouteOptions): MethodDecorator {
  const status = options.status ?? 200;
  const fixed = applyDecorators(
    HttpCode(status),
    ApiOperation({ summary: options.summary, description: options.description }),
    ApiResponse({
      status,
      description: STATUS_CODES[status] ?? 'Success',
      ...(options.file === undefined
        ? { standardSchema: options.response }
        : { content: { [options.file]: { schema: { type: 'string' as const } } } }),
      ...(options.example === undefined ? {} : { example: options.example }),
    }),
    ...(options.public ? [] : [ApiBearerAuth()]),
  );
  return (target, key, descriptor) => {
    fixed(target, key, descriptor as TypedPropertyDescriptor<unknown>);
    for (const group of errorGroups(options, inputsOf(target, key))) {
      ApiResponse(errorResponse(group.status, group.definitions))(target, key, descriptor);
    }
  };
}

interface ErrorGroup {
  readonly status: number;
  readonly definitions: readonly ErrorDefinition[];
}

function errorGroups(options: ApiRouteOptions, inputs: ReadonlySet<RouteParamtypes>): ErrorGroup[] {
  const definitions = new Set([
    ...(inputs.size > 0 ? [CommonErrors.VALIDATION_FAILED] : []),
    ...(inputs.has(RouteParamtypes.BODY)
      ? [CommonErrors.MALFORMED_JSON, CommonErrors.PAYLOAD_TOO_LARGE]
      : []),
    ...(options.errors ?? []),
    CommonErrors.RATE_LIMITED,
    CommonErrors.INTERNAL,
  ]);
  const statuses = new Set([...definitions].map((definition) => definition.status));
  if (!options.public) statuses.add(401).add(403);
  return [...statuses]
    .sort((a, b) => a - b)
    .map((status) => ({ status, definitions: [...definitions].filter((one) => one.status === status) }));
}

/**
 * In: a status and the errors that have it. Out: the OpenAPI response, with one example for each code.
 * The schema is a reference to the component `ErrorBody`.
 */
export function errorResponse(status: number, definitions: readonly ErrorDefinition[]) {
  const titles = definitions.map((definition) => `\`${definition.code}\`: ${definition.title}`);
  const examples = definitions.map(
    (definition) => [definition.code, { value: exampleOf(definition) }] as const,
  );
  return {
    status,
    description: titles.join('\n\n') || AUTH_TEXT[status] || STATUS_CODES[status] || 'Error',
    ...(status === 429 ? { headers: RATE_HEADERS } : {}),
    content: {
      [PROBLEM_JSON]: {
        schema: { $ref: ERROR_BODY_REF },
        ...(examples.length > 0 ? { examples: Object.fromEntries(examples) } : {}),
      },
    },
  };
}

function exampleOf(definition: ErrorDefinition) {
  return toErrorBody(new AppError(definition, `${definition.title}.`), EXAMPLE_REQUEST_ID);
}

const PARAMETERS: readonly RouteParamtypes[] = [
  RouteParamtypes.QUERY,
  RouteParamtypes.PARAM,
  RouteParamtypes.HEADERS,
];
const INPUTS: readonly RouteParamtypes[] = [
  RouteParamtypes.BODY,
  RouteParamtypes.QUERY,
  RouteParamtypes.PARAM,
];
const parameterSchemas = new WeakSet<object>();

/** Out: whether the schema describes parameters, which the document lists one by one and not as a component. */
export function isParameterSchema(schema: object): boolean {
  return parameterSchemas.has(schema);
}

function inputsOf(target: object, key: string | symbol): Set<RouteParamtypes> {
  const args: Record<string, { schema?: object }> =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, key) ?? {};
  const inputs = new Set<RouteParamtypes>();
  for (const [arg, { schema }] of Object.entries(args)) {
    const kind = Number(arg.split(':')[0]) as RouteParamtypes;
    if (INPUTS.includes(kind)) inputs.add(kind);
    if (schema && PARAMETERS.includes(kind)) parameterSchemas.add(schema);
  }
  return inputs;
}

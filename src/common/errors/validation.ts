import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { z } from 'zod';
import { findProtoKey } from '../proto-key.js';
import { AppError } from './app-error.js';
import { CommonErrors } from './common.errors.js';

const MAX_REPORTED = 20;

/** In: the issues of a schema. Out: `VALIDATION_FAILED` naming each field, with a sentence for a person. */
export function validationError(issues: readonly StandardSchemaV1.Issue[]): AppError {
  const errors = issues.slice(0, MAX_REPORTED).map((issue) => ({
    path: (issue.path ?? [])
      .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
      .join('.')
      .slice(0, 200),
    message: issue.message.slice(0, 500),
  }));
  const detail = errors
    .slice(0, 3)
    .map(({ path, message }) => (path ? `${path}: ${message}` : message))
    .join('; ');
  return new AppError(
    CommonErrors.VALIDATION_FAILED,
    detail || 'The request does not have the expected form.',
    {
      errors,
    },
  );
}

/** Throws `VALIDATION_FAILED` where a key `__proto__` stands anywhere in the input, which no schema would tell. */
export function refuseProtoKeys(value: unknown): void {
  const path = findProtoKey(value);
  if (path) throw validationError([{ path, message: 'this name is not allowed; leave it out' }]);
}

/** Parses by schema or throws `VALIDATION_FAILED`; for input that no pipe sees (raw frames, query strings). */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  refuseProtoKeys(value);
  const result = schema.safeParse(value);
  if (!result.success) throw validationError(result.error.issues);
  return result.data;
}

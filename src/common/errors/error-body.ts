import { types } from 'node:util';
import { HttpException } from '@nestjs/common';
import { z } from 'zod';
import { AppError, type ErrorDefinition } from './app-error.js';
import { CommonErrors } from './common.errors.js';

/** The error body of every transport: RFC 9457 problem details with a stable `code`. */
export const ErrorBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    retry_after: z.int().optional().describe('Seconds until a retry makes sense.'),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'ErrorBody', description: 'RFC 9457 problem details; `code` is stable.' });
export type ErrorBody = z.infer<typeof ErrorBody>;

const BY_STATUS: Readonly<Record<number, ErrorDefinition>> = Object.fromEntries(
  [
    CommonErrors.BAD_REQUEST,
    CommonErrors.NOT_FOUND,
    CommonErrors.METHOD_NOT_ALLOWED,
    CommonErrors.NOT_ACCEPTABLE,
    CommonErrors.PAYLOAD_TOO_LARGE,
    CommonErrors.UNSUPPORTED_MEDIA_TYPE,
    CommonErrors.RATE_LIMITED,
    CommonErrors.UNAVAILABLE,
  ].map((definition) => [definition.status, definition]),
);

const DETAIL: Readonly<Record<string, string>> = {
  BAD_REQUEST: 'The request could not be understood. See /chat/docs for what this route takes.',
  NOT_FOUND: 'There is nothing at this address. See /chat/docs for the routes.',
  METHOD_NOT_ALLOWED: 'This route does not take that method.',
  PAYLOAD_TOO_LARGE: 'The body is over 256 KiB. Send a shorter one.',
  UNSUPPORTED_MEDIA_TYPE: 'Send JSON with the header Content-Type: application/json.',
  RATE_LIMITED: 'Too many requests. Wait a moment, then try again.',
  UNAVAILABLE: 'The service cannot do this right now. Try again in a moment.',
};

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT']);

type DatabaseError = Error & { code?: string; driverError?: { code?: string } };

/** The SQLSTATE (PostgreSQL, appendix A) or system code of an error; empty where it has none. */
export function codeOf(error: DatabaseError): string {
  return error.driverError?.code ?? error.code ?? '';
}

/** Deadlock or serialization failure: the same may succeed at once. */
function isConflict(error: DatabaseError): boolean {
  return ['40P01', '40001'].includes(codeOf(error));
}

function isDatabaseDown(error: DatabaseError): boolean {
  const code = codeOf(error);
  return (
    CONNECTION_CODES.has(code) ||
    /^(08|57P0|53300)/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Cannot use a pool after/.test(
      error.message,
    )
  );
}

/**
 * Turns whatever was thrown into an AppError; the one place where unknown errors become `INTERNAL`.
 * Errors of the HTTP framework keep their status and lose their text.
 */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HttpException || isHttpError(thrown)) {
    const status = thrown instanceof HttpException ? thrown.getStatus() : thrown.status;
    const origin = thrown instanceof HttpException ? thrown.cause : thrown;
    if (origin instanceof SyntaxError) return malformedJson(thrown);
    const definition = BY_STATUS[status] ?? (status < 500 ? CommonErrors.BAD_REQUEST : CommonErrors.INTERNAL);
    return new AppError(definition, DETAIL[definition.code] ?? INTERNAL_DETAIL, { cause: thrown });
  }
  if (types.isNativeError(thrown) && isDatabaseDown(thrown)) {
    return new AppError(
      CommonErrors.DATABASE_UNAVAILABLE,
      'The database does not answer right now. Nothing was lost; try again in a moment.',
      { cause: thrown, retryAfter: 2 },
    );
  }
  if (types.isNativeError(thrown) && isConflict(thrown)) {
    return new AppError(
      CommonErrors.UNAVAILABLE,
      'Two changes came at the same time. Nothing was lost; try again.',
      {
        cause: thrown,
        retryAfter: 1,
      },
    );
  }
  return new AppError(CommonErrors.INTERNAL, INTERNAL_DETAIL, { cause: thrown });
}

const INTERNAL_DETAIL =
  'Something went wrong on our side. Try again; if it keeps happening, give the request id to your administrator.';

function malformedJson(cause: unknown): AppError {
  return new AppError(
    CommonErrors.MALFORMED_JSON,
    'The body is not valid JSON. Check quotes, commas and brackets.',
    { cause },
  );
}

interface HttpError extends Error {
  status: number;
  type?: string;
}

function isHttpError(value: unknown): value is HttpError {
  return (
    types.isNativeError(value) &&
    typeof (value as Partial<HttpError>).status === 'number' &&
    'expose' in value
  );
}

/** In: an AppError and the request's id. Out: the body that every transport sends. */
export function toErrorBody(error: AppError, requestId: string): ErrorBody {
  return {
    type: `urn:bizosaas:error:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: error.definition.title,
    status: error.status,
    detail: error.detail,
    code: error.code,
    request_id: requestId,
    ...(error.retryAfter === undefined ? {} : { retry_after: error.retryAfter }),
    ...(error.errors ? { errors: [...error.errors] } : {}),
  };
}

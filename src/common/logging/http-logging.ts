import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { requestIdOf } from '../http/request-id.js';
import { routeOf, UNMATCHED } from './route-of.js';

const MAX_PATH = 200;
const QUIET = /^\/(health(\/|$)|metrics$)/;

/**
 * Express middleware: gives every request its id, echoes it as `X-Request-ID`, and writes one line when the answer
 * is through: method, pattern of the route, status, milliseconds. Belongs before all others.
 */
export function httpLogging(logger: Logger): RequestHandler {
  const log = pinoHttp<Request, Response>({
    logger,
    genReqId: (request) => requestIdOf(request),
    quietReqLogger: true,
    quietResLogger: true,
    wrapSerializers: false,
    serializers: { req: () => undefined },
    customAttributeKeys: { reqId: 'request_id' },
    customLogLevel: (request, response, error) => levelOf(request, response, error),
    customSuccessMessage: (_request, response) => (response.writableFinished ? 'request' : 'request aborted'),
    customErrorMessage: () => 'request failed',
    customSuccessObject: (request, response, value: Timing) => fieldsOf(request, response, value),
    customErrorObject: (request, response, _error, value: Timing) => fieldsOf(request, response, value),
  });
  return (request: Request, response: Response, next: NextFunction) => {
    response.setHeader('X-Request-ID', requestIdOf(request));
    log(request, response, next);
  };
}

interface Timing {
  readonly responseTime: number;
}

function levelOf(request: IncomingMessage, response: ServerResponse, error?: Error) {
  if (error || response.statusCode >= 500) return 'error';
  return QUIET.test((request as Request).path) ? 'debug' : 'info';
}

function fieldsOf(request: Request, response: Response, { responseTime }: Timing) {
  const route = routeOf(request);
  return {
    method: request.method,
    route,
    ...(route === UNMATCHED ? { path: request.originalUrl.split('?')[0]?.slice(0, MAX_PATH) } : {}),
    status: response.statusCode,
    ms: responseTime,
  };
}

import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type AppError } from '../errors/app-error.js';
import { toAppError, toErrorBody } from '../errors/error-body.js';
import { methodOf, routeOf } from '../logging/route-of.js';
import { type FailedRequest, FailureWatch } from '../errors/failure-watch.js';
import { requestIdOf } from './request-id.js';

/** Logs what nobody foresaw: unknown errors with their cause, everything else only at debug. */
export function logFailure(logger: Logger, error: AppError, requestId: string): void {
  if (error.status >= 500) {
    logger.error({ err: error.cause ?? error, code: error.code, request_id: requestId }, 'request failed');
  } else {
    logger.debug({ code: error.code, request_id: requestId }, 'request refused');
  }
}

/** Answers every failed HTTP request with the one error body, as application/problem+json. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  constructor(private readonly failures: FailureWatch) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const request = http.getRequest<Request & { principal?: FailedRequest['caller'] }>();
    const requestId = requestIdOf(request);
    const error = toAppError(thrown);
    logFailure(this.logger, error, requestId);
    const target = `${methodOf(request)} ${routeOf(request)}`;
    this.failures.heard({ error, requestId, caller: request.principal, target });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response
      .status(error.status)
      .set(error.headers)
      .set('Cache-Control', 'no-store')
      .type('application/problem+json')
      .send(JSON.stringify(toErrorBody(error, requestId)));
  }
}

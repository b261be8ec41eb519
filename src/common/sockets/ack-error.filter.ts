import { type ArgumentsHost, Catch, Logger, type WsExceptionFilter } from '@nestjs/common';
import { toAppError, toErrorBody } from '../errors/error-body.js';
import { logFailure } from '../http/error.filter.js';
import { newId } from '../ids.js';

/** Answers a failed socket.io event through its acknowledgement: `{ ok: false, error }`. */
@Catch()
export class AckErrorFilter implements WsExceptionFilter {
  private readonly logger = new Logger('socket.io');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = toAppError(thrown);
    const requestId = newId();
    logFailure(this.logger, error, requestId);
    const ack = host.getArgs<unknown[]>().find((argument) => typeof argument === 'function');
    (ack as ((answer: object) => void) | undefined)?.({ ok: false, error: toErrorBody(error, requestId) });
  }
}

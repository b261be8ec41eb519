import { type ArgumentsHost, Catch, Logger, type WsExceptionFilter } from '@nestjs/common';
import { toAppError, toErrorBody } from '../errors/error-body.js';
import { type FailedRequest, FailureWatch } from '../errors/failure-watch.js';
import { logFailure } from '../http/error.filter.js';
import { newId } from '../ids.js';

/** Answers a failed socket.io event through its acknowledgement: `{ ok: false, error }`. */
@Catch()
export class AckErrorFilter implements WsExceptionFilter {
  private readonly logger = new Logger('socket.io');

  constructor(private readonly failures: FailureWatch) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = toAppError(thrown);
    const requestId = newId();
    logFailure(this.logger, error, requestId);
    const socket = host.switchToWs();
    const { principal: caller } = socket.getClient<{ data: { principal?: FailedRequest['caller'] } }>().data;
    this.failures.heard({ error, requestId, caller, target: socket.getPattern() });
    const ack = host.getArgs<unknown[]>().find((argument) => typeof argument === 'function');
    (ack as ((answer: object) => void) | undefined)?.({ ok: false, error: toErrorBody(error, requestId) });
  }
}

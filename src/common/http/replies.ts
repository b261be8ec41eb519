import { Readable } from 'node:stream';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';

/** One server-sent event: `data` is sent as JSON. */
export interface StreamedEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: unknown;
}

/** A handler's result that is streamed as server-sent events (WHATWG HTML, 9.2). `onClose` runs when the reader leaves. */
export class EventStream {
  constructor(
    readonly events: AsyncIterable<StreamedEvent>,
    readonly onClose: () => void,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** A handler's result with another status than the route's. */
export class Reply {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {}
}

/** A handler's result that is a file to be saved, made while it is read. */
export class Download {
  constructor(
    readonly content: AsyncIterable<string>,
    readonly contentType: string,
    readonly filename: string,
  ) {}
}

const HEARTBEAT_MS = 15_000;
/** A reader who takes nothing for so long is cut off; what he misses can be asked for again. */
const STALLED_MS = 30_000;

/** Lets handlers return `EventStream`, `Reply` or `Download` instead of touching the response. */
@Injectable()
export class RepliesInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(map((result: unknown) => send(result, response)));
  }
}

function send(result: unknown, response: Response): unknown {
  if (result instanceof Reply) {
    response.status(result.status);
    return result.body;
  }
  if (result instanceof Download) {
    const disposition = `attachment; filename="${result.filename.replace(/[^\w.-]/g, '_')}"`;
    const stream = Readable.from(result.content, { highWaterMark: 1 });
    response.once('close', () => stream.destroy());
    if (response.destroyed) stream.destroy();
    return streamed(stream, response, { type: result.contentType, disposition });
  }
  if (!(result instanceof EventStream)) return result;
  response.status(200).set({
    ...result.headers,
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  const stream = Readable.from(encode(result.events));
  const heartbeat = setInterval(
    () => void (response.headersSent && response.write(': keep-alive\n\n')),
    HEARTBEAT_MS,
  );
  const leave = (): void => {
    clearInterval(heartbeat);
    result.onClose();
  };
  stream.once('close', leave);
  response.once('close', leave);
  if (response.destroyed) leave();
  return streamed(stream, response, { type: 'text/event-stream; charset=utf-8' });
}

/** A stream that fails cuts the connection: an end in order would make what came so far look whole. */
function streamed(
  stream: Readable,
  to: Response,
  options: { type: string; disposition?: string },
): StreamableFile {
  to.setTimeout(STALLED_MS, () => to.destroy());
  return new StreamableFile(stream, options).setErrorHandler((error, response) => {
    if (!response.destroyed) logger.error({ err: error }, 'a stream broke off');
    (response as unknown as Response).destroy();
  });
}

const logger = new Logger('http');

async function* encode(events: AsyncIterable<StreamedEvent>): AsyncGenerator<string> {
  yield ': stream\n\n';
  for await (const { id, event, data } of events) {
    yield `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }
}

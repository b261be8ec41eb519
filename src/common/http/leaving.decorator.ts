import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';

/** An AbortSignal that aborts when the caller's connection closes: for handlers that wait long. */
export const Leaving = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const leaving = new AbortController();
  context
    .switchToHttp()
    .getResponse<Response>()
    .once('close', () => leaving.abort());
  return leaving.signal;
});

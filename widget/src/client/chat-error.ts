import type { ErrorBody } from './wire.js';

/** A refusal or failure that a person is told of. `status` 0: no answer came. */
export class ChatError extends Error {
  override readonly name = 'ChatError';

  constructor(
    readonly body: ErrorBody,
    /** Seconds until another try makes sense, where the service said so. */
    readonly retryAfter?: number,
  ) {
    super(body.detail);
  }

  get status(): number {
    return this.body.status;
  }

  get code(): string {
    return this.body.code;
  }

  /** This token lets nobody in, however often it is tried. */
  get isFinal(): boolean {
    return this.status === 401 || this.status === 403;
  }

  /** The same call may well succeed later. 500 is none of these: what broke once on this call breaks again. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 408 || this.status > 500;
  }
}

/** No answer: the network or the service is away. The same call may be made again. */
export function unreachable(): ChatError {
  return new ChatError({
    status: 0,
    code: 'UNREACHABLE',
    title: 'Not reachable',
    detail: 'The assistant cannot be reached right now.',
  });
}

/** Says of a question that it was kept so long that sending it now would surprise. */
export const FORGOTTEN: ErrorBody = {
  status: 0,
  code: 'FORGOTTEN',
  title: 'Never sent',
  detail: 'It was written a while ago and never reached the assistant.',
};

/** In: anything that came as an error body. Out: a ChatError with a sentence, whatever was missing. */
export function toChatError(body: unknown, status = 500, retryAfter?: number): ChatError {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Partial<ErrorBody> & {
    retry_after?: number;
  };
  return new ChatError(
    {
      status: given.status ?? status,
      code: given.code ?? 'UNKNOWN',
      title: given.title ?? 'Error',
      detail: given.detail ?? 'Something went wrong. Try again in a moment.',
      ...(given.request_id ? { request_id: given.request_id } : {}),
    },
    retryAfter ?? given.retry_after,
  );
}

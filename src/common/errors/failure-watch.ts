import type { AppError } from './app-error.js';

/** A request, event or frame that was answered with an error. */
export interface FailedRequest {
  readonly error: AppError;
  readonly requestId: string;
  /** Undefined where nobody was identified. */
  readonly caller: { readonly tenantId: string; readonly userId: string } | undefined;
  /** The route or event, by its pattern. */
  readonly target: string;
}

/** Hears of everything that is answered with an error, whatever the transport. */
export abstract class FailureWatch {
  /** Returns at once and never throws. */
  abstract heard(request: FailedRequest): void;
}

import {
  AppError,
  type AppErrorOptions,
  defineErrors,
  type ErrorDefinition,
} from '../common/errors/app-error.js';

export const CrewErrors = defineErrors({
  CREW_NOT_CONFIGURED: { status: 503, title: 'The crew is not configured any more', retriable: false },
  CREW_UNAVAILABLE: { status: 503, title: 'The crew cannot be reached' },
  CREW_BUSY: { status: 503, title: 'The crew is busy' },
  CREW_REFUSED_KEY: { status: 503, title: 'The crew refused the key', retriable: false },
  CREW_REFUSED: { status: 502, title: 'The crew refused the request', retriable: false },
  CREW_INPUTS_MISSING: { status: 502, title: 'The crew lacks inputs', retriable: false },
  CREW_TIMEOUT: { status: 504, title: 'The crew fell silent' },
  CREW_INTERRUPTED: { status: 502, title: 'The connection to the crew was lost' },
  CREW_FAILED: { status: 502, title: 'The crew failed' },
  CREW_STOPPED: { status: 502, title: 'The crew was stopped' },
  CREW_BAD_ANSWER: { status: 502, title: 'The crew gave no usable answer' },
  CREW_OUTCOME_UNKNOWN: { status: 502, title: 'Nobody knows what became of the crew' },
  CREW_NEEDS_PERSON: { status: 503, title: 'The crew waits for a person', retriable: false },
  CREW_WEBHOOK_REFUSED: { status: 401, title: 'The secret of the run is not right' },
});

export const TRY_LATER = 'Try again in a moment.';
const OPERATOR = 'Whoever runs this service must check';

export interface CrewErrorOptions extends AppErrorOptions {
  /** Whether the crew may have begun to work. */
  readonly started: boolean;
}

/** A failure of a crew. `started` false: it has certainly not begun, so that something else may answer instead. */
export class CrewError extends AppError {
  readonly started: boolean;

  constructor(definition: ErrorDefinition, detail: string, options: CrewErrorOptions) {
    super(definition, detail, options);
    this.started = options.started;
  }
}

/** In: whatever was thrown. Out: whether the crew has certainly not begun. */
export function neverStarted(error: unknown): error is CrewError {
  return error instanceof CrewError && !error.started;
}

export function unavailable(started: boolean, cause?: unknown): CrewError {
  return new CrewError(CrewErrors.CREW_UNAVAILABLE, `The crew cannot be reached. ${TRY_LATER}`, {
    started,
    cause,
  });
}

/** In: seconds after which it is asked again. */
export function spared(seconds: number): CrewError {
  const detail = `The crew failed several times in a row and is left alone for a moment. Try again in ${seconds} seconds.`;
  return new CrewError(CrewErrors.CREW_UNAVAILABLE, detail, { started: false, retryAfter: seconds });
}

/** In: the seconds that the crew asks to wait, where it does. */
export function busy(retryAfter?: number, cause?: unknown): CrewError {
  const when = retryAfter === undefined ? TRY_LATER : `Try again in ${retryAfter} seconds.`;
  return new CrewError(CrewErrors.CREW_BUSY, `The crew is busy. ${when}`, {
    started: false,
    cause,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

export function refusedKey(): CrewError {
  const detail = `The crew refused the key. ${OPERATOR} CREW_AI_TOKEN.`;
  return new CrewError(CrewErrors.CREW_REFUSED_KEY, detail, { started: false });
}

/** In: the status with which the request was refused. */
export function refused(status: number): CrewError {
  const redirect = status >= 300 && status < 400;
  const why = redirect ? 'with a redirect, which is not followed' : `with status ${status}`;
  const detail = `The crew did not take the request; it answered ${why}. ${OPERATOR} CREW_AI_SERVICE_URL, CREW_AI_AGENTS and CREW_AI_CONTRACT.`;
  return new CrewError(CrewErrors.CREW_REFUSED, detail, { started: false });
}

/** In: names of inputs, checked before. */
export function inputsMissing(names: readonly string[]): CrewError {
  const list = names.length > 0 ? `: ${names.join(', ')}` : '';
  const detail = `The crew needs inputs that a chat does not have${list}. Whoever runs the crew must give it an input named query.`;
  return new CrewError(CrewErrors.CREW_INPUTS_MISSING, detail, { started: false });
}

/** In: milliseconds for which nothing came. */
export function fellSilent(silence: number): CrewError {
  const detail = `The crew said nothing for ${Math.ceil(silence / 1000)} seconds. ${TRY_LATER}`;
  return new CrewError(CrewErrors.CREW_TIMEOUT, detail, { started: true });
}

export function interrupted(cause?: unknown): CrewError {
  const detail = 'The connection to the crew was lost while it worked. Try again to have it begin anew.';
  return new CrewError(CrewErrors.CREW_INTERRUPTED, detail, { started: true, cause });
}

export function failed(cause?: unknown): CrewError {
  const detail = `The crew could not finish its work. ${TRY_LATER}`;
  return new CrewError(CrewErrors.CREW_FAILED, detail, { started: true, cause });
}

export function stoppedElsewhere(): CrewError {
  const detail = 'The crew was stopped by somebody else before it was done. Try again to have it begin anew.';
  return new CrewError(CrewErrors.CREW_STOPPED, detail, { started: true });
}

/** In: a sentence that says what was wrong. */
export function badAnswer(sentence: string, cause?: unknown): CrewError {
  return new CrewError(CrewErrors.CREW_BAD_ANSWER, `${sentence} ${TRY_LATER}`, { started: true, cause });
}

export function outcomeUnknown(): CrewError {
  const detail =
    'The service was interrupted while the crew worked, and the crew may have finished without it. Trying again has the crew begin anew.';
  return new CrewError(CrewErrors.CREW_OUTCOME_UNKNOWN, detail, { started: true });
}

export function notConfigured(): CrewError {
  const detail = 'The crew that began this answer is not configured any more. Ask again.';
  return new CrewError(CrewErrors.CREW_NOT_CONFIGURED, detail, { started: true });
}

export function webhookRefused(): AppError {
  return new AppError(CrewErrors.CREW_WEBHOOK_REFUSED, 'The secret does not belong to this run.', {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

/** A crew that works already cannot be said not to have begun, whatever failed afterwards. */
export function whileWorking(error: unknown): unknown {
  if (!neverStarted(error)) return error;
  const { definition, detail, retryAfter } = error;
  if (definition === CrewErrors.CREW_UNAVAILABLE || definition === CrewErrors.CREW_BUSY)
    return interrupted(error);
  return new CrewError(definition, detail, {
    started: true,
    cause: error,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

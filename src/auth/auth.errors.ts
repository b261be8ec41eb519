import { AppError, type AppErrorOptions, defineErrors } from '../common/errors/app-error.js';

export const AuthErrors = defineErrors({
  AUTH_REQUIRED: { status: 401, title: 'Authentication required' },
  AUTH_INVALID_TOKEN: { status: 401, title: 'The token is not valid' },
  AUTH_TOKEN_EXPIRED: { status: 401, title: 'The token has expired' },
  AUTH_TICKET_REFUSED: { status: 401, title: 'The ticket is not valid' },
  AUTH_ROLE_REFUSED: { status: 403, title: 'This role has no assistant' },
  AUTH_TENANT_REFUSED: { status: 403, title: 'The tenant is not active' },
  AUTH_FORBIDDEN: { status: 403, title: 'Not allowed for this role' },
  AUTH_DEMO_REFUSED: { status: 403, title: 'Demo identities are not handed out here' },
  AUTH_TOO_MANY_FAILURES: { status: 429, title: 'Too many tokens were refused' },
  AUTH_UNAVAILABLE: { status: 503, title: 'The authentication service does not answer' },
});

/** What any route that needs a token may answer before its handler is reached. */
export const GUARD_ERRORS = [
  AuthErrors.AUTH_REQUIRED,
  AuthErrors.AUTH_INVALID_TOKEN,
  AuthErrors.AUTH_TOKEN_EXPIRED,
  AuthErrors.AUTH_ROLE_REFUSED,
  AuthErrors.AUTH_TENANT_REFUSED,
  AuthErrors.AUTH_TOO_MANY_FAILURES,
  AuthErrors.AUTH_UNAVAILABLE,
] as const;

const CHALLENGE = { 'WWW-Authenticate': 'Bearer' };
const CHALLENGE_INVALID = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };
const RETRY_SECONDS = 5;

/*
 * Constant texts: an answer never says which check a token failed, nor repeats anything of it.
 */

export function authRequired(): AppError {
  return new AppError(
    AuthErrors.AUTH_REQUIRED,
    'Sign in first: this needs an access token (header Authorization: Bearer <token>).',
    { headers: CHALLENGE },
  );
}

/** `cause` is for the programmer at a debugger: 4xx causes are not logged. */
export function invalidToken(cause?: unknown): AppError {
  return new AppError(AuthErrors.AUTH_INVALID_TOKEN, 'The token is not valid. Sign in again.', {
    cause,
    headers: CHALLENGE_INVALID,
  });
}

export function tokenExpired(): AppError {
  return new AppError(AuthErrors.AUTH_TOKEN_EXPIRED, 'The session has expired. Sign in again.', {
    headers: CHALLENGE_INVALID,
  });
}

export function ticketRefused(): AppError {
  return new AppError(
    AuthErrors.AUTH_TICKET_REFUSED,
    'The ticket was used before, is older than 30 seconds, or was made for something else. Ask for a new one.',
  );
}

/** In: whom the refused identity names. */
export function roleRefused(concerns?: AppErrorOptions['concerns']): AppError {
  return new AppError(
    AuthErrors.AUTH_ROLE_REFUSED,
    'There is no assistant for this role. Ask your administrator for another role.',
    { concerns },
  );
}

/** In: whom the refused identity names. */
export function tenantRefused(concerns?: AppErrorOptions['concerns']): AppError {
  return new AppError(
    AuthErrors.AUTH_TENANT_REFUSED,
    'This tenant is suspended or cancelled. Ask your administrator to reactivate it.',
    { concerns },
  );
}

export function forbidden(): AppError {
  return new AppError(AuthErrors.AUTH_FORBIDDEN, 'Your role may not do this. Ask your administrator for it.');
}

export function demoRefused(): AppError {
  return new AppError(
    AuthErrors.AUTH_DEMO_REFUSED,
    'Demo identities go to this machine only. Open http://localhost here, or start the service with DEMO_MODE=true.',
  );
}

/** In: the limit of refusals a minute and the seconds until the next try. */
export function tooManyFailures(limit: number, wait: number): AppError {
  return new AppError(
    AuthErrors.AUTH_TOO_MANY_FAILURES,
    'Too many tokens were refused. Wait a minute, then sign in again.',
    {
      retryAfter: wait,
      headers: {
        'RateLimit-Limit': String(limit),
        'RateLimit-Remaining': '0',
        'RateLimit-Reset': String(wait),
      },
    },
  );
}

export function authUnavailable(cause?: unknown): AppError {
  return new AppError(
    AuthErrors.AUTH_UNAVAILABLE,
    'The sign-in service does not answer right now. Try again in a moment.',
    { cause, retryAfter: RETRY_SECONDS },
  );
}

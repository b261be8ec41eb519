export const REDACTED = '[redacted]';
const MAX_DEPTH = 6;
const MAX_ERROR_TEXT = 1000;
const MAX_CAUSES = 3;

const SECRET_KEY =
  /^(authorization|proxy-?authorization|(set-?)?cookies?|.*(token|secret|password|passwd|ticket|jwt|api[-_]?key|private[-_]?key))$/i;

/** What people and models wrote. */
const TEXT_KEY = /^(content|body|prompt|question|answer|user_message|ai_response|parts|parameters|query)$/i;

/** Tokens and passwords by their looks, wherever in a line they stand. The marks end before a JSON string does. */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{5,2000}\.[\w-]+\.[\w-]*/g, REDACTED],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  [
    /([?&;\s](?:token|ticket|access_token|refresh_token|auth|api_key|key|secret|password)=)[^&\s"'\\]+/gi,
    `$1${REDACTED}`,
  ],
  [/\b(sk-(?:ant-)?|xox[abp]-|gh[pousr]_)[\w-]{8,}/g, `$1${REDACTED}`],
  [/([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"'\\]{0,200}:)[^\s@/"'\\]{1,500}@/gi, `$1${REDACTED}@`],
];

/** In: one line of log, JSON or not. Out: the line without what looks like a token or a password. */
export function withoutSecrets(line: string): string {
  return SECRET_SHAPES.reduce((text, [shape, instead]) => text.replace(shape, instead), line);
}

/** In: what a log call was given. Out: a copy without secrets and without message text, told by the names of fields. */
export function redactFields(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Error) return describeError(value);
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((item) => redactFields(item, depth + 1));
  if (ArrayBuffer.isView(value)) return '[binary]';
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      mayTell(field) && (SECRET_KEY.test(key) || TEXT_KEY.test(key))
        ? REDACTED
        : redactFields(field, depth + 1),
    ]),
  );
}

function mayTell(field: unknown): boolean {
  return typeof field === 'string' || (typeof field === 'object' && field !== null);
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly status?: number;
  readonly cause?: DescribedError;
}

/**
 * Only fields that are known to be harmless: errors of a database or of a model carry the query, its parameters
 * or the answer in further fields.
 */
export function describeError(
  error: Error & { code?: unknown; status?: unknown },
  causes = 0,
): DescribedError {
  const { code, status, cause } = error;
  return {
    type: error.name,
    message: error.message.slice(0, MAX_ERROR_TEXT),
    ...(error.stack ? { stack: framesOf(error.stack) } : {}),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(cause instanceof Error && causes < MAX_CAUSES ? { cause: describeError(cause, causes + 1) } : {}),
  };
}

function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

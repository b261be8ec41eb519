export interface ErrorDefinition {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** Whether the same may succeed later without anybody changing anything. By default a 5xx or 429 may. */
  readonly retriable?: boolean;
}

/**
 * Declares a feature's error codes: one table, read by every transport.
 * In: `{ CODE: { status, title } }`. Out: the same table with each code written into its row.
 */
export function defineErrors<const T extends Record<string, Omit<ErrorDefinition, 'code'>>>(
  table: T,
): { readonly [K in keyof T]: ErrorDefinition & { readonly code: K } } {
  return Object.fromEntries(
    Object.entries(table).map(([code, row]) => [code, Object.freeze({ code, ...row })]),
  ) as never;
}

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface AppErrorOptions {
  readonly cause?: unknown;
  readonly errors?: readonly FieldError[];
  /** Seconds until a retry makes sense; becomes the header `Retry-After`. */
  readonly retryAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whom a refused identity names: for the audit record, never sent. */
  readonly concerns?: { readonly tenantId: string; readonly userId: string };
}

/** The only error that services throw. `detail` is a sentence that the caller can act on. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfter: number | undefined;
  readonly concerns: AppErrorOptions['concerns'];

  constructor(
    readonly definition: ErrorDefinition,
    readonly detail: string,
    options: AppErrorOptions = {},
  ) {
    super(`${definition.code}: ${detail}`, { cause: options.cause });
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
    this.concerns = options.concerns;
    this.headers =
      options.retryAfter === undefined
        ? (options.headers ?? {})
        : { ...options.headers, 'Retry-After': String(options.retryAfter) };
  }

  get code(): string {
    return this.definition.code;
  }

  get retriable(): boolean {
    return this.definition.retriable ?? (this.status >= 500 || this.status === 429);
  }

  get status(): number {
    return this.definition.status;
  }
}

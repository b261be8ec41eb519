import { isBoundedJson } from '../../common/bounded-json.js';
import { OutboundFailure, readOutbound, sendOutbound } from '../../common/http/outbound.js';
import {
  badAnswer,
  busy,
  type CrewError,
  failed,
  fellSilent,
  interrupted,
  refused,
  refusedKey,
  unavailable,
} from '../crew.errors.js';

const MAX_ANSWER_BYTES = 2 * 1024 * 1024;
const JSON_LIMITS = { depth: 32, nodes: 200_000 };
const MAX_WAIT = 3600;

export interface CrewRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly token: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface CrewResponse {
  readonly status: number;
  /** The body where it is JSON of bounded depth and size; undefined otherwise. */
  readonly json: unknown;
  /** Seconds that the crew asks to wait. */
  readonly retryAfter: number | undefined;
}

/** The caller's own stop, as the room throws it. */
export function stopReason(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('The answer was stopped', 'AbortError');
}

/** The headers of every request to a crew. */
export function headersOf(request: CrewRequest): Record<string, string> {
  return {
    accept: 'application/json',
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
    ...request.headers,
  };
}

/**
 * One exchange of JSON. In: `timeout`, milliseconds for all of it.
 * Rejects with CrewError where no whole answer comes, or with the reason of `signal`. Statuses are the caller's.
 */
export async function exchange(
  request: CrewRequest,
  timeout: number,
  signal: AbortSignal,
): Promise<CrewResponse> {
  const limit = AbortSignal.timeout(timeout);
  try {
    const message = await sendOutbound({
      method: request.method,
      url: request.url,
      headers: headersOf(request),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: AbortSignal.any([signal, limit]),
    });
    const text = await readOutbound(message, MAX_ANSWER_BYTES);
    const retryAfter = secondsOf(message.headers['retry-after']);
    return { status: message.statusCode ?? 0, json: parseJson(text), retryAfter };
  } catch (error) {
    throw toFailure(error, signal, timeout);
  }
}

/** In: whatever the wire threw. Out: the reason of an aborted `signal`, else a CrewError. */
export function toFailure(error: unknown, signal: AbortSignal, silence: number): unknown {
  if (signal.aborted) return stopReason(signal);
  if (!(error instanceof OutboundFailure)) return error;
  if (error.code === 'TOO_LARGE') return badAnswer('The crew gave an answer that is too large.', error);
  if (!error.sent) return unavailable(false, error);
  return error.code === 'ABORTED' ? fellSilent(silence) : interrupted(error);
}

/** Seconds of a `Retry-After` that names seconds (RFC 9110, 10.2.3). */
export function secondsOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Math.min(Number(header), MAX_WAIT) : undefined;
}

/** Out: the failure that the status of an answer means; undefined for 200 to 299. */
export function failureOf({
  status,
  retryAfter,
}: Pick<CrewResponse, 'status' | 'retryAfter'>): CrewError | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401 || status === 403) return refusedKey();
  if (status === 429 || status === 503) return busy(retryAfter);
  return status >= 500 ? failed(new Error(`status ${status}`)) : refused(status);
}

/** In: text from elsewhere. Out: its value where it is JSON of bounded depth and size. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isBoundedJson(value, JSON_LIMITS) ? value : undefined;
  } catch {
    return undefined;
  }
}

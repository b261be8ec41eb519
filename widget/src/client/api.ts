import { type ChatError, toChatError, unreachable } from './chat-error.js';
import type { TokenSource } from './token-source.js';
import type { AssistantsAnswer, HistoryAnswer } from './wire.js';

const TIMEOUT = 20_000;

/** The REST calls of the widget. Each rejects with ChatError. */
export class Api {
  constructor(
    private readonly apiUrl: string,
    private readonly tokens: TokenSource,
    private readonly fetcher: typeof fetch,
  ) {}

  /** Who the bearer is, and their assistant. */
  assistants(): Promise<AssistantsAnswer> {
    return this.get<AssistantsAnswer>('/chat/assistants');
  }

  /** The newest `limit` messages, or those before a position. */
  history(sessionId: string, limit: number, before?: number): Promise<HistoryAnswer> {
    const query = new URLSearchParams({
      limit: String(limit),
      ...(before ? { before: String(before) } : {}),
    });
    return this.get<HistoryAnswer>(`/chat/history/${encodeURIComponent(sessionId)}?${query}`);
  }

  /** All rows of a dataset, as a file. */
  async csv(datasetId: string): Promise<Blob> {
    return (await this.fetched(`/chat/datasets/${encodeURIComponent(datasetId)}?format=csv`)).blob();
  }

  /** In: a path of the service. Out: the JSON that it gives. */
  async get<T>(path: string): Promise<T> {
    return (await (await this.fetched(path)).json()) as T;
  }

  private async fetched(path: string, again = true): Promise<Response> {
    const token = await this.tokens.get();
    const response = await this.call(path, token);
    if (response.ok) return response;
    if (response.status === 401 && again && this.tokens.refused()) return this.fetched(path, false);
    throw await refusal(response);
  }

  private async call(path: string, token: string | undefined): Promise<Response> {
    try {
      return await this.fetcher(this.apiUrl + path, {
        headers: { Accept: 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
        credentials: 'omit',
        cache: 'no-store',
        signal: AbortSignal.timeout(TIMEOUT),
      });
    } catch {
      throw unreachable();
    }
  }
}

async function refusal(response: Response): Promise<ChatError> {
  const body: unknown = await response.json().catch(() => null);
  const wait = Number(response.headers.get('Retry-After'));
  return toChatError(body, response.status, wait > 0 ? wait : undefined);
}

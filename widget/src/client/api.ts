import { type ChatError, toChatError, unreachable } from './chat-error.js';
import type { TokenSource } from './token-source.js';
import type { AssistantsAnswer, GiveFeedback, HistoryAnswer, SessionChange } from './wire.js';

const TIMEOUT = 20_000;

export interface Call {
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
  readonly body?: object;
}

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
  csv(datasetId: string): Promise<Blob> {
    return this.blob(`/chat/datasets/${encodeURIComponent(datasetId)}?format=csv`);
  }

  /** Changes a conversation on all devices. */
  async change(sessionId: string, change: SessionChange): Promise<void> {
    await this.fetched(sessionPath(sessionId), { method: 'PATCH', body: change });
  }

  /** Says whether an answer was good. The newest rating of it counts. */
  async rate(messageId: string, said: GiveFeedback): Promise<void> {
    const path = `/chat/messages/${encodeURIComponent(messageId)}/feedback`;
    await this.fetched(path, { method: 'POST', body: said });
  }

  /** What a path gives, as JSON. */
  async get<T>(path: string, call?: Call): Promise<T> {
    return (await (await this.fetched(path, call)).json()) as T;
  }

  /** What a path gives, as a file. */
  async blob(path: string): Promise<Blob> {
    return (await this.fetched(path)).blob();
  }

  private async fetched(path: string, call: Call = {}, again = true): Promise<Response> {
    const token = await this.tokens.get();
    const response = await this.call(path, call, token);
    if (response.ok) return response;
    if (response.status === 401 && again && this.tokens.refused()) return this.fetched(path, call, false);
    throw await refusal(response);
  }

  private async call(path: string, { method, body }: Call, token: string | undefined): Promise<Response> {
    try {
      return await this.fetcher(this.apiUrl + path, {
        ...(method ? { method } : {}),
        ...(body ? { body: JSON.stringify(body) } : {}),
        headers: {
          Accept: 'application/json',
          ...(body ? { 'Content-Type': 'application/json' } : {}),
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
        },
        credentials: 'omit',
        cache: 'no-store',
        signal: AbortSignal.timeout(TIMEOUT),
      });
    } catch {
      throw unreachable();
    }
  }
}

/** Where one conversation is changed and deleted. */
export function sessionPath(sessionId: string): string {
  return `/chat/session/${encodeURIComponent(sessionId)}`;
}

async function refusal(response: Response): Promise<ChatError> {
  const body: unknown = await response.json().catch(() => null);
  const wait = Number(response.headers.get('Retry-After'));
  return toChatError(body, response.status, wait > 0 ? wait : undefined);
}

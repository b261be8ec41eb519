import { createParser } from 'eventsource-parser';
import type { Place } from '../record/entries.js';
import {
  type Address,
  CONNECT_LIMIT,
  type Listener,
  type Question,
  type Refusal,
  refusal,
  type Reply,
  REPLY_LIMIT,
  toGot,
  UNKNOWN,
  type Wire,
} from './wire.js';

/** REST, each answer as server-sent events over a request of its own. */
class SseWire implements Wire {
  open = true;
  private readonly requests = new Set<AbortController>();
  private readonly following = new Map<string, AbortController>();

  constructor(
    private readonly address: Address,
    private readonly listener: Listener,
  ) {}

  send({ key, content }: Question): Promise<Reply> {
    const body = { message: content, client_message_id: key, session_id: this.address.session };
    return this.stream('POST', '/chat/message', { body });
  }

  stop(run: string): Promise<Reply> {
    return this.call(`/chat/runs/${run}/stop`, ({ state }) => ({ kind: 'ok', state }));
  }

  retry(run: string): Promise<Reply> {
    return this.call(`/chat/runs/${run}/retry`, (body) => ({ kind: 'ok', run: body.run_id }));
  }

  /** One stream a run: an older one of it ends. */
  resume(run: string, from: Place): Promise<Reply> {
    this.following.get(run)?.abort();
    return this.stream('GET', `/chat/runs/${run}/events?epoch=${from.epoch}&after_seq=${from.seq}`, { run });
  }

  cut(): void {
    this.open = false;
    for (const request of this.requests) request.abort();
    this.listener.onClosed();
  }

  private fetch(method: string, path: string, signal: AbortSignal, body?: object): Promise<Response> {
    return fetch(`${this.address.url}${path}`, {
      method,
      signal,
      headers: {
        Authorization: `Bearer ${this.address.token}`,
        ...(path.endsWith('/stop') || path.endsWith('/retry') ? {} : { Accept: 'text/event-stream' }),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }

  private async call(path: string, toReply: (body: any) => Reply): Promise<Reply> {
    try {
      const response = await this.fetch('POST', path, AbortSignal.timeout(REPLY_LIMIT));
      const body = await response.json();
      return response.ok ? toReply(body) : refusal(body as Refusal);
    } catch {
      return UNKNOWN;
    }
  }

  private async stream(
    method: string,
    path: string,
    { body, run: known }: { body?: object; run?: string },
  ): Promise<Reply> {
    if (!this.open) return UNKNOWN;
    const request = new AbortController();
    if (known !== undefined) this.following.set(known, request);
    this.requests.add(request);
    const timer = setTimeout(() => request.abort(), REPLY_LIMIT);
    try {
      const response = await this.fetch(method, path, request.signal, body);
      if (!response.ok || !response.body) return refusal((await response.json()) as Refusal);
      void this.read(response.body, request);
      const run = known ?? response.headers.get('x-run-id');
      if (run) this.following.set(run, request);
      return { kind: 'ok', ...(run ? { run } : {}) };
    } catch {
      this.requests.delete(request);
      return UNKNOWN;
    } finally {
      clearTimeout(timer);
    }
  }

  private async read(body: ReadableStream<Uint8Array>, request: AbortController): Promise<void> {
    const parser = createParser({
      onEvent: ({ data }) => {
        if (!request.signal.aborted) this.listener.onAnswer(toGot(JSON.parse(data)));
      },
    });
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) parser.feed(decoder.decode(chunk, { stream: true }));
    } catch {
      request.abort();
    } finally {
      this.requests.delete(request);
    }
  }
}

/** Checks that the node answers, as a browser's first request would. */
export async function openSse(address: Address, listener: Listener): Promise<Wire> {
  const response = await fetch(`${address.url}/health/live`, { signal: AbortSignal.timeout(CONNECT_LIMIT) });
  await response.arrayBuffer();
  return new SseWire(address, listener);
}

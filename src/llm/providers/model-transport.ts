import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** Bytes of an error body that are read at most. */
const MAX_ERROR_BODY = 64 * 1024;
const NO_BODY: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** The part of a Response that the SDKs of OpenAI and Anthropic use of a streamed answer. */
class StreamedResponse {
  readonly ok = true;
  readonly redirected = false;
  readonly status: number;
  readonly headers: Headers;

  constructor(
    readonly body: IncomingMessage,
    readonly url: string,
  ) {
    this.status = body.statusCode ?? 0;
    this.headers = toHeaders(body);
  }

  async text(): Promise<string> {
    return readText(this.body, Infinity);
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

function toHeaders(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

async function readText(body: Readable, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > limit) break;
  }
  return Buffer.concat(parts).toString('utf8');
}

/**
 * The HTTP client of every model: one pool of kept-alive connections for the whole process.
 * It stands in for `fetch` in the SDKs because web streams cost about as much as everything else in a short answer.
 * Redirects are not followed, so a key goes nowhere but to the address that the operator set.
 */
@Injectable()
export class ModelTransport implements OnApplicationShutdown {
  private readonly plain = new Agent({ keepAlive: true });
  private readonly tls = new TlsAgent({ keepAlive: true });

  onApplicationShutdown(): void {
    this.plain.destroy();
    this.tls.destroy();
  }

  /** Same call as `fetch`, for requests with a text body. Rejects when the connection fails or `signal` aborts. */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = String(input instanceof Request ? input.url : input);
    const message = await this.send(url, init);
    const status = message.statusCode ?? 0;
    if (status >= 200 && status < 300) return new StreamedResponse(message, url) as unknown as Response;
    const text = await readText(message, MAX_ERROR_BODY);
    return new Response(NO_BODY.has(status) ? null : text, { status, headers: toHeaders(message) });
  };

  private send(url: string, init: RequestInit): Promise<IncomingMessage> {
    const secure = url.startsWith('https:');
    const body = typeof init.body === 'string' ? init.body : '';
    const headers = Object.fromEntries(new Headers(init.headers));
    const signal = init.signal ?? undefined;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method: init.method ?? 'GET',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: secure ? this.tls : this.plain,
      });
      let answer: IncomingMessage | undefined;
      const abort = (): void => {
        const reason = new DOMException('The request was aborted', 'AbortError');
        request.destroy(reason);
        answer?.destroy(reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      request.once('close', () => signal?.removeEventListener('abort', abort));
      request.on('error', reject);
      request.once('response', (message) => {
        answer = message;
        resolve(message);
      });
      request.end(body);
    });
  }
}

import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Its abort closes the connection, also while the body is read. */
  readonly signal: AbortSignal;
}

/** Why an exchange with a neighbour broke. Says nothing of what was sent or answered. */
export class OutboundFailure extends Error {
  override readonly name = 'OutboundFailure';
  /** In: `sent`, whether a byte of the request may have reached the neighbour; `code`, such as ECONNREFUSED. */
  constructor(
    readonly sent: boolean,
    readonly code: string,
  ) {
    super(`outbound: ${code}`);
  }
}

/**
 * Sends a request to an address that the operator set and waits for the head of the answer. Every request gets a
 * connection of its own, so that `sent` is certain; redirects are not followed.
 * Rejects with OutboundFailure, code `ABORTED` after an abort.
 */
export function sendOutbound(outbound: OutboundRequest): Promise<IncomingMessage> {
  const { method, url, headers, body = '', signal } = outbound;
  const secure = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    let sent = false;
    let answer: IncomingMessage | undefined;
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(new OutboundFailure(sent, signal.aborted ? 'ABORTED' : (error.code ?? 'FAILED')));
    if (signal.aborted) {
      reject(new OutboundFailure(false, 'ABORTED'));
      return;
    }
    const request = (secure ? httpsRequest : httpRequest)(url, {
      method,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false,
    });
    const abort = (): void => {
      answer?.destroy(new OutboundFailure(true, 'ABORTED'));
      request.destroy(new OutboundFailure(sent, 'ABORTED'));
    };
    signal.addEventListener('abort', abort, { once: true });
    request.once('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => (sent = true));
    });
    request.once('close', () => signal.removeEventListener('abort', abort));
    request.on('error', fail);
    request.once('response', (message) => {
      answer = message;
      message.on('error', () => undefined);
      resolve(message);
    });
    request.end(body);
  });
}

/** Reads a body as UTF-8. Rejects with OutboundFailure: `TOO_LARGE` over `maxBytes`, or whatever cut it. */
export async function readOutbound(message: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new OutboundFailure(true, 'TOO_LARGE');
      chunks.push(chunk);
    }
  } catch (error) {
    message.destroy();
    if (error instanceof OutboundFailure) throw error;
    throw new OutboundFailure(true, (error as NodeJS.ErrnoException).code ?? 'FAILED');
  }
  return Buffer.concat(chunks).toString('utf8');
}

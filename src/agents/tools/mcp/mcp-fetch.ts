import { Readable, Transform } from 'node:stream';
import type { FetchLike } from '@modelcontextprotocol/client';
import { OutboundFailure, sendOutbound } from '../../../common/http/outbound.js';

/** Of one answer, or one stream of notices; a stream that had them is opened anew. */
const MAX_BYTES = 2 * 1024 * 1024;
const EMPTY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * `fetch` for servers that the operator set: no redirect is followed, and answers are bounded.
 * Rejects with OutboundFailure.
 */
export const mcpFetch: FetchLike = async (url, init = {}) => {
  const { method = 'GET', body, signal } = init;
  const message = await sendOutbound({
    method: method === 'GET' ? 'GET' : 'POST',
    url: String(url),
    headers: Object.fromEntries(new Headers(init.headers)),
    ...(typeof body === 'string' ? { body } : {}),
    signal: signal ?? new AbortController().signal,
  });
  const status = message.statusCode ?? 0;
  if ((status >= 300 && status < 400) || status < 200) {
    message.destroy();
    throw new OutboundFailure(true, 'REDIRECTED');
  }
  const headers = new Headers();
  for (const name of ['content-type', 'mcp-session-id', 'mcp-protocol-version', 'retry-after'])
    if (typeof message.headers[name] === 'string') headers.set(name, message.headers[name]);
  if (EMPTY.has(status)) {
    message.resume();
    return new Response(null, { status, headers });
  }
  const limited = message.pipe(bounded());
  message.on('error', (error) => limited.destroy(error));
  limited.on('close', () => message.destroy());
  return new Response(Readable.toWeb(limited) as ReadableStream, { status, headers });
};

function bounded(): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(size > MAX_BYTES ? new OutboundFailure(true, 'TOO_LARGE') : null, chunk);
    },
  });
}

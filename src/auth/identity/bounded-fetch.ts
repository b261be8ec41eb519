export const FETCH_TIMEOUT_MS = 5000;
const MAX_BYTES = 64 * 1024;

export interface BoundedAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * GET of an address that the operator set: no redirects, 5 s for everything, 64 KiB of body.
 * Rejects when any of these is broken.
 */
export async function boundedGet(url: string, headers: Record<string, string>): Promise<BoundedAnswer> {
  const response = await fetch(url, {
    headers: { accept: 'application/json', ...headers },
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error('The answer is over 64 KiB');
    chunks.push(chunk);
  }
  return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
}

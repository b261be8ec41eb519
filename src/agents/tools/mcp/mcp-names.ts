import { createHash } from 'node:crypto';

/** Of every model that is known to the service. */
const MAX_NAME = 64;
const DIGEST = 8;
const LIKE_DIGESTED = /_[0-9a-f]{8}$/;

/**
 * The name of a server's tool in the manifest: the same on every node, whatever other tools there are.
 * In: a server's name of letters and digits, and the tool's name as its server wrote it. What has to be cut or replaced
 * is told apart by a digest.
 */
export function mcpToolName(server: string, tool: string): string {
  const plain = `mcp_${server}_${tool}`;
  if (/^[a-z0-9_]+$/.test(plain) && plain.length <= MAX_NAME && !LIKE_DIGESTED.test(plain)) return plain;
  const digest = createHash('sha256').update(tool).digest('hex').slice(0, DIGEST);
  const safe = plain.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '_');
  return `${safe.slice(0, MAX_NAME - DIGEST - 1)}_${digest}`;
}

import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { readOutbound, sendOutbound } from '../../common/http/outbound.js';
import type { DocumentFile } from './documentation.service.js';
import { DocumentSourceError } from './document-source.error.js';

const MAX_BYTES = 512 * 1024;
const MAX_FILES = 200;
const MAX_DEPTH = 8;
const TIMEOUT_MS = 20_000;
const IS_DOCUMENT = /^[^.].*\.(?:md|txt)$/i;
const IS_ADDRESS = /^https?:\/\//i;

/**
 * Reads a folder (its .md and .txt files, at most 200) or one document at an address, each file of at most 512 KiB.
 * Hidden names and symbolic links are left out, and nothing outside of the folder is read; redirects are not followed.
 * Rejects with DocumentSourceError, or as the file system does.
 */
export function readSource(source: string, signal: AbortSignal): Promise<DocumentFile[]> {
  return IS_ADDRESS.test(source) ? readAddress(source, signal) : readFolder(source, signal);
}

async function readAddress(url: string, signal: AbortSignal): Promise<DocumentFile[]> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const headers = { accept: 'text/markdown, text/plain' };
  const message = await sendOutbound({ method: 'GET', url, headers, signal: limited });
  if (message.statusCode !== 200) {
    message.destroy();
    throw new DocumentSourceError(`the address answers ${message.statusCode}; redirects are not followed`);
  }
  const type = message.headers['content-type'] ?? 'text/plain';
  if (!/^text\/(?:plain|markdown|x-markdown)\b/i.test(type)) {
    message.destroy();
    throw new DocumentSourceError('the address gives no plain text or Markdown');
  }
  return [{ path: url.replace(/[?#].*$/, ''), markdown: await readOutbound(message, MAX_BYTES) }];
}

async function readFolder(folder: string, signal: AbortSignal): Promise<DocumentFile[]> {
  const root = await realpath(resolve(folder));
  const files: DocumentFile[] = [];
  for (const path of (await documentsBelow(root, signal)).slice(0, MAX_FILES)) {
    const markdown = await readInside(root, path);
    const place = [basename(root), ...relative(root, path).split(sep)].join('/');
    if (markdown !== undefined) files.push({ path: place, markdown });
  }
  return files;
}

async function documentsBelow(root: string, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  let folders = [root];
  for (let depth = 0; depth < MAX_DEPTH && folders.length > 0; depth += 1) {
    const below: string[] = [];
    for (const folder of folders) {
      signal.throwIfAborted();
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() && !entry.name.startsWith('.')) below.push(path);
        if (entry.isFile() && IS_DOCUMENT.test(entry.name)) found.push(path);
      }
    }
    folders = below.slice(0, MAX_FILES);
  }
  return found.sort();
}

/** Out: undefined where the file is too large, is no plain file any more, or a link has led out meanwhile. */
async function readInside(root: string, path: string): Promise<string | undefined> {
  if ((await realpath(path)) !== path || !path.startsWith(root + sep)) return undefined;
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = await file.stat().then((stat) => (stat.isFile() ? stat : { size: Infinity }));
    return size <= MAX_BYTES ? await file.readFile('utf8') : undefined;
  } finally {
    await file.close();
  }
}

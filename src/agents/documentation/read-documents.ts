import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { DocumentFile } from './documentation.service.js';

const FOLDER = 'docs';
const README = 'README.md';

/** The documents that ship with the service: its README and every Markdown file below `docs`. In: the package's folder. */
export function readDocuments(root: string): DocumentFile[] {
  return [README, ...markdownBelow(root)].flatMap((path) => {
    try {
      return [{ path, markdown: readFileSync(join(root, path), 'utf8') }];
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  });
}

function markdownBelow(root: string): string[] {
  try {
    return readdirSync(join(root, FOLDER), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

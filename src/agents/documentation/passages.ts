export type BlockKind = 'text' | 'table' | 'code';

export interface Block {
  readonly kind: BlockKind;
  readonly text: string;
}

/** What stands under one heading of a document. */
export interface Passage {
  /** `docs/file.md#heading`, the place of the passage in the package. */
  readonly locator: string;
  /** Title of the document. */
  readonly document: string;
  /** The headings that lead to the passage, below the document's title. */
  readonly headings: readonly string[];
  readonly blocks: readonly Block[];
}

const HEADING = /^(#{1,6})\s+(.+?)\s*#*\s*$/;
/** A line that is nothing but an HTML comment. */
const COMMENT = /^\s*<!--[^>]*-->\s*$/;
const FENCE = /^\s{0,3}(`{3,}|~{3,})/;

/**
 * Splits a Markdown file by its headings. In: its path in the package, with forward slashes, and its text.
 * Out: one passage for each heading that has text of its own.
 */
export function splitPassages(path: string, markdown: string): Passage[] {
  const passages: Passage[] = [];
  const trail: string[] = [];
  const slugs = new Map<string, number>();
  let anchor = '';
  let lines: string[] = [];
  const flush = (): void => {
    const blocks = splitBlocks(lines);
    lines = [];
    if (blocks.length === 0) return;
    const locator = anchor ? `${path}#${anchor}` : path;
    passages.push({ locator, document: trail[0] ?? path, headings: trail.slice(1).filter(Boolean), blocks });
  };
  let fence: string | undefined;
  for (const line of markdown.split(/\r?\n/)) {
    const heading = fence === undefined ? HEADING.exec(line) : null;
    fence = nextFence(fence, line);
    if (!heading) {
      if (fence !== undefined || !COMMENT.test(line)) lines.push(line);
      continue;
    }
    flush();
    const title = plainText(heading[2]!);
    trail.length = Math.min(trail.length, heading[1]!.length - 1);
    while (trail.length < heading[1]!.length - 1) trail.push('');
    trail.push(title);
    anchor = uniqueSlug(title, slugs);
  }
  flush();
  return passages;
}

/** The fence that is open after `line`, if one is; `open` is the one before it. */
function nextFence(open: string | undefined, line: string): string | undefined {
  const mark = FENCE.exec(line)?.[1];
  if (open === undefined) return mark;
  const closes =
    mark !== undefined && mark[0] === open[0] && mark.length >= open.length && line.trim() === mark;
  return closes ? undefined : open;
}

function splitBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let current: string[] = [];
  let fence: string | undefined;
  const flush = (kind: BlockKind): void => {
    const text = current.join('\n').trimEnd();
    current = [];
    if (text.trim()) blocks.push({ kind, text });
  };
  for (const line of lines) {
    const before = fence;
    fence = nextFence(fence, line);
    if (before === undefined && fence !== undefined) flush(kindOf(current));
    if (before === undefined && fence === undefined && line.trim() === '') {
      flush(kindOf(current));
      continue;
    }
    current.push(line);
    if (before !== undefined && fence === undefined) flush('code');
  }
  flush(fence === undefined ? kindOf(current) : 'code');
  return blocks;
}

function kindOf(lines: readonly string[]): BlockKind {
  return lines.length > 1 && /^\s*\|/.test(lines[0]!) && /^[\s|:-]+$/.test(lines[1]!) ? 'table' : 'text';
}

/** A heading's anchor as code hosts make it: lower case, punctuation gone, blanks as hyphens, repeats counted. */
function uniqueSlug(title: string, seen: Map<string, number>): string {
  const slug = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  const count = seen.get(slug) ?? 0;
  seen.set(slug, count + 1);
  return count === 0 ? slug : `${slug}-${count}`;
}

/** In: inline Markdown. Out: its words, without emphasis, code marks, images and addresses of links. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)\s]*(?:\s"[^"]*")?\)/g, '$1')
    .replace(/[`*]+|(?<=^|\s)_+|_+(?=\s|$)/g, '')
    .replace(/<[^<>]{1,200}>/g, ' ')
    .trim();
}

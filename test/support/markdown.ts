import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');

export interface Page {
  /** In the package, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** In: the path of a page in the package. Out: the page. */
export function readPage(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** The README and every page of `docs`. */
export function readPages(): Page[] {
  const names = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...names.map((name) => `docs/${name}`)].map(readPage);
}

/** The text under a heading, up to the next one of the same or a higher level. Throws where there is none. */
export function sectionOf({ path, text }: Page, heading: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`${path} has no heading "${heading}".`);
  const level = /^#+/.exec(lines[start]!)![0].length;
  let fenced = false;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => {
    if (line.startsWith('```')) fenced = !fenced;
    const marks = fenced ? null : /^(#+) /.exec(line);
    return marks !== null && marks[1]!.length <= level;
  });
  return rest.slice(0, end < 0 ? rest.length : end).join('\n');
}

/** The fenced code of a text, in order. */
export function codeBlocks(text: string): CodeBlock[] {
  return [...text.matchAll(FENCED)].map(([, language, code]) => ({
    language: String(language),
    code: String(code),
  }));
}

/** The cells of every table row of a text, without header and rule. */
export function tableRows(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  const isRule = (line: string | undefined): boolean => /^\|[\s|:-]+\|$/.test(line ?? '');
  return rows
    .filter((line, index) => !isRule(line) && !isRule(rows[index + 1]))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Targets of the links and images of a text, those in code left out. */
export function linksOf(text: string): string[] {
  const prose = text.replace(FENCED, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)|<(https?:[^>\s]+)>|(?:src|href)="([^"]+)"/g)].map(
    ([, inline, auto, attribute]) => String(inline ?? auto ?? attribute),
  );
}

/** What stands between backticks in a text, code blocks left out. */
export function codeSpans(text: string): string[] {
  return [...text.replace(FENCED, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => String(span));
}

/** The anchors that code hosts give to the headings of a text. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return text
    .replace(FENCED, '')
    .split('\n')
    .filter((line) => /^#{1,6} /.test(line))
    .map((line) => {
      const title = line.replace(/^#+ /, '').toLowerCase();
      const slug = title.replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').replace(/\s/g, '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    });
}

import type { ExportFormat } from '../../client/sessions/session-list.js';
import type { ListedSession } from '../../client/wire.js';

const ENDING: Readonly<Record<ExportFormat, string>> = { json: 'json', markdown: 'md' };
/** Characters of the part before the ending. */
const LONGEST = 80;

/** The name of the file that a conversation is exported to: its title, without what file systems refuse. */
export function fileNameOf({ id, title }: Pick<ListedSession, 'id' | 'title'>, format: ExportFormat): string {
  const name = (title ?? '')
    .replace(/[\s\p{Cc}\p{Cf}\\/:*?"<>|]+/gu, ' ')
    .trim()
    .slice(0, LONGEST)
    .replace(/^[. ]+|[. ]+$/g, '');
  return `${name || id}.${ENDING[format]}`;
}

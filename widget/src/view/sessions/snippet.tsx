import type { ListedSession } from '../../client/wire.js';

/** The words of a message that fit a search, marked. */
export function Snippet({ match }: { match: NonNullable<ListedSession['match']> }) {
  const { snippet, marks } = match;
  return (
    <bdi class="snippet">
      {marks.map(([at, length], index) => {
        const [before = 0, long = 0] = marks[index - 1] ?? [];
        return [
          unmarked(snippet.slice(before + long, at)),
          <mark key={at}>{snippet.slice(at, at + length)}</mark>,
        ];
      })}
      {unmarked(snippet.slice((marks.at(-1)?.[0] ?? 0) + (marks.at(-1)?.[1] ?? 0)))}
    </bdi>
  );
}

/** Without the signs of Markdown that would stand out in a line. */
function unmarked(text: string): string {
  return text.replace(/\*\*|`+|^#{1,6} /gm, '');
}

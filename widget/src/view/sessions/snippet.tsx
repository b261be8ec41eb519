import type { ListedSession } from '../../client/wire.js';

/** The words of a message that fit a search, marked. */
export function Snippet({ match }: { match: NonNullable<ListedSession['match']> }) {
  const { snippet, marks } = match;
  return (
    <bdi class="snippet">
      {marks.map(([at, length], index) => {
        const [before = 0, long = 0] = marks[index - 1] ?? [];
        return [snippet.slice(before + long, at), <mark key={at}>{snippet.slice(at, at + length)}</mark>];
      })}
      {snippet.slice((marks.at(-1)?.[0] ?? 0) + (marks.at(-1)?.[1] ?? 0))}
    </bdi>
  );
}

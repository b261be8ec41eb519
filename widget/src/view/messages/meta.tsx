import type { AnswerEntry } from '../../state/entries.js';
import { timeOf } from '../time.js';

/** Who gave an answer, and when. */
export function Meta({ entry, locale }: { entry: AnswerEntry; locale: string | undefined }) {
  const agent = entry.agentName?.replaceAll('_', ' ');
  return (
    <p class="meta">
      {agent ? <span>{agent}</span> : null}
      {entry.at ? <time dateTime={entry.at}>{timeOf(entry.at, locale)}</time> : null}
    </p>
  );
}

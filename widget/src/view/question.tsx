import type { QuestionEntry } from '../state/entries.js';
import { en } from '../strings/en.js';
import { timeOf } from './time.js';

interface QuestionProps {
  readonly entry: QuestionEntry;
  readonly locale: string | undefined;
  onSendAgain(clientMessageId: string): void;
  onEdit(clientMessageId: string, text: string): void;
}

/** One question of the user, and what became of sending it. */
export function Question({ entry, locale, onSendAgain, onEdit }: QuestionProps) {
  const { outgoing } = entry;
  return (
    <article class="question" aria-label={en.you}>
      <p class="bubble">{entry.text}</p>
      {outgoing?.state === 'sending' ? <p class="meta">{en.sending}</p> : null}
      {outgoing?.state === 'failed' ? (
        <div class="unsent">
          <p>
            {en.notSent} {outgoing.error?.detail}
          </p>
          <button type="button" class="plain" onClick={() => onSendAgain(outgoing.clientMessageId)}>
            {en.sendAgain}
          </button>
          <button type="button" class="plain" onClick={() => onEdit(outgoing.clientMessageId, entry.text)}>
            {en.edit}
          </button>
        </div>
      ) : null}
      {outgoing ? null : (
        <p class="meta">
          <time dateTime={entry.at}>{timeOf(entry.at, locale)}</time>
        </p>
      )}
    </article>
  );
}

import type { Outgoing } from '../state/chat-state.js';
import type { QuestionEntry } from '../state/entries.js';
import { en } from '../strings/en.js';
import { timeOf } from './time.js';

interface UnsentActions {
  onSendAgain(clientMessageId: string): void;
  onEdit(clientMessageId: string, text: string): void;
  onDiscard(clientMessageId: string): void;
}

interface QuestionProps extends UnsentActions {
  readonly entry: QuestionEntry;
  readonly online: boolean;
  readonly locale: string | undefined;
}

/** One question of the user, and what became of sending it. */
export function Question(props: QuestionProps) {
  const { entry, online, locale } = props;
  const { outgoing } = entry;
  return (
    <article class="question" aria-label={en.you} data-send={outgoing?.state}>
      <p class="bubble">{entry.text}</p>
      {outgoing ? (
        <Sending {...props} outgoing={outgoing} online={online} />
      ) : (
        <p class="meta">
          <time dateTime={entry.at}>{timeOf(entry.at, locale)}</time>
        </p>
      )}
    </article>
  );
}

function Sending({ outgoing, online, ...actions }: UnsentActions & { outgoing: Outgoing; online: boolean }) {
  const { clientMessageId: id, content, state, error } = outgoing;
  if (state === 'waiting' && online && !error) return <p class="meta">{en.sending}</p>;
  const failed = state === 'failed';
  const text = failed ? `${en.notSent} ${error?.detail ?? ''}` : error ? error.detail : en.unsent;
  return (
    <div class={failed ? 'unsent failed' : 'unsent'}>
      <p>{text}</p>
      <button type="button" class="quiet" onClick={() => actions.onSendAgain(id)}>
        {failed ? en.sendAgain : en.sendNow}
      </button>
      <button type="button" class="quiet" onClick={() => actions.onEdit(id, content)}>
        {en.edit}
      </button>
      <button type="button" class="quiet" onClick={() => actions.onDiscard(id)}>
        {en.discard}
      </button>
    </div>
  );
}

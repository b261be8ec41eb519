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
  const stuck = outgoing && !(online && outgoing.state === 'waiting' && !outgoing.error);
  return (
    <article class="question" aria-label={en.you} data-send={stuck ? outgoing.state : undefined}>
      <p class="bubble">{entry.text}</p>
      {stuck ? (
        <Stuck {...props} outgoing={outgoing} />
      ) : (
        <p class="meta">
          {outgoing ? en.sending : <time dateTime={entry.at}>{timeOf(entry.at, locale)}</time>}
        </p>
      )}
    </article>
  );
}

/** A question that could not be sent, for now or for good: why, and what can be done about it. */
function Stuck({ outgoing, ...actions }: UnsentActions & { outgoing: Outgoing }) {
  const { clientMessageId: id, content, state, error } = outgoing;
  const failed = state === 'failed';
  const text = failed ? `${en.notSent} ${error?.detail ?? ''}` : (error?.detail ?? en.unsent);
  return (
    <div class={failed ? 'unsent failed' : 'unsent'}>
      <p>{text}</p>
      <div class="actions">
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
    </div>
  );
}

import { useLate } from '../lazy/use-late.js';
import type { Outgoing } from '../state/chat-state.js';
import { failureText, t } from '../strings/strings.js';
import { lateMessages } from './messages/late-messages.js';
import type { QuestionProps, UnsentActions } from './messages/message-props.js';
import { timeOf } from './time.js';

/** One question of the user, what became of sending it, and what can be done with it. */
export function Question(props: QuestionProps) {
  const { entry, online } = props;
  const { outgoing } = entry;
  const stuck = outgoing && !(online && outgoing.state === 'waiting' && !outgoing.error);
  return (
    <article class="question" aria-label={t.you} data-send={stuck ? outgoing.state : undefined}>
      {outgoing ? <p class="bubble">{entry.text}</p> : <Asked {...props} />}
      {stuck ? <Stuck {...props} outgoing={outgoing} /> : null}
      {outgoing && !stuck ? <p class="meta">{t.sending}</p> : null}
    </article>
  );
}

function Asked(props: QuestionProps) {
  const { value: messages } = useLate(lateMessages);
  if (messages) return <messages.AskedQuestion {...props} />;
  const { entry, locale } = props;
  return (
    <>
      <p class="bubble">{entry.text}</p>
      <p class="foot meta">
        <time dateTime={entry.at}>{timeOf(entry.at, locale)}</time>
      </p>
    </>
  );
}

/** A question that could not be sent, for now or for good: why, and what can be done about it. */
function Stuck({ outgoing, ...actions }: UnsentActions & { outgoing: Outgoing }) {
  const { clientMessageId: id, content, state, error } = outgoing;
  const failed = state === 'failed';
  const why = error && failureText(error);
  const text = failed ? `${t.notSent} ${why ?? ''}` : (why ?? t.unsent);
  return (
    <div class={failed ? 'unsent failed' : 'unsent'}>
      <p>{text}</p>
      <div class="actions">
        <button type="button" class="quiet" onClick={() => actions.onSendAgain(id)}>
          {failed ? t.sendAgain : t.sendNow}
        </button>
        <button type="button" class="quiet" onClick={() => actions.onEdit(id, content)}>
          {t.edit}
        </button>
        <button type="button" class="quiet" onClick={() => actions.onDiscard(id)}>
          {t.discard}
        </button>
      </div>
    </div>
  );
}

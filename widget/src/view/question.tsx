import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Outgoing } from '../state/chat-state.js';
import type { QuestionEntry } from '../state/entries.js';
import { en } from '../strings/en.js';
import { Deed } from './deed.js';
import { EditQuestion } from './edit-question.js';
import { CopyDeed, Versions } from './message-actions.js';
import { timeOf } from './time.js';

interface UnsentActions {
  onSendAgain(clientMessageId: string): void;
  onEdit(clientMessageId: string, text: string): void;
  onDiscard(clientMessageId: string): void;
}

interface QuestionProps extends UnsentActions {
  readonly entry: QuestionEntry;
  readonly online: boolean;
  /** An answer is under way, or nobody is signed in: nothing can be asked in another way now. */
  readonly busy: boolean;
  readonly maxLength: number;
  readonly locale: string | undefined;
  onResend(text: string, parentId: string | null): void;
  onVersion(messageId: string): void;
}

/** One question of the user, what became of sending it, and what can be done with it. */
export function Question(props: QuestionProps) {
  const { entry, online } = props;
  const { outgoing } = entry;
  const { editing, edit, leave, opener } = useEditing(entry.messageId);
  const stuck = outgoing && !(online && outgoing.state === 'waiting' && !outgoing.error);
  if (editing) {
    const resend = (text: string) => {
      leave(false);
      props.onResend(text, entry.parentId);
    };
    return (
      <article class="question" aria-label={en.you}>
        <EditQuestion
          text={entry.text}
          maxLength={props.maxLength}
          idle={props.busy}
          onSend={resend}
          onCancel={() => leave(true)}
        />
      </article>
    );
  }
  return (
    <article class="question" aria-label={en.you} data-send={stuck ? outgoing.state : undefined}>
      <p class="bubble">{entry.text}</p>
      {stuck ? <Stuck {...props} outgoing={outgoing} /> : null}
      {outgoing && !stuck ? <p class="meta">{en.sending}</p> : null}
      {outgoing ? null : <Foot {...props} onEdit={edit} opener={opener} />}
    </article>
  );
}

/** `leave(true)` gives the focus back to the button that began it. */
function useEditing(messageId: string | null) {
  const [edited, setEdited] = useState<string | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const back = useRef(false);
  const editing = edited !== null && edited === messageId;
  useLayoutEffect(() => {
    if (!editing && back.current) opener.current?.focus();
    back.current = false;
  }, [editing]);
  const leave = (again: boolean) => {
    back.current = again;
    setEdited(null);
  };
  return { editing, edit: () => setEdited(messageId), leave, opener };
}

interface FootProps extends Omit<QuestionProps, 'onEdit'> {
  readonly opener: { current: HTMLButtonElement | null };
  onEdit(): void;
}

function Foot({ entry, busy, online, locale, opener, onEdit, onVersion }: FootProps) {
  return (
    <div class="foot">
      <div class="deeds" role="group" aria-label={en.questionActions}>
        {entry.versions ? (
          <Versions versions={entry.versions} idle={busy || !online} onShow={onVersion} />
        ) : null}
        <Deed label={en.editQuestion} icon="edit" idle={busy} buttonRef={opener} onDo={onEdit} />
        <CopyDeed text={entry.text} />
      </div>
      <p class="meta">
        <time dateTime={entry.at}>{timeOf(entry.at, locale)}</time>
      </p>
    </div>
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

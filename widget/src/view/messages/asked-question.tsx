import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../strings/strings.js';
import { useSheet } from '../../styles/use-sheet.js';
import type { QuestionProps } from './message-props.js';
import { timeOf } from '../time.js';
import { Deed } from './deed.js';
import { EditQuestion } from './edit-question.js';
import { CopyDeed, Versions } from './message-actions.js';
import css from './messages.css';

/** A question that was asked, its versions, and what can be done with it. */
export function AskedQuestion(props: QuestionProps) {
  const { entry, maxLength } = props;
  const { editing, edit, leave, opener } = useEditing(entry.messageId);
  const place = useRef<HTMLDivElement>(null);
  useSheet(place, css);
  const resend = (text: string) => {
    leave(false);
    props.onResend(text, entry.parentId);
  };
  return (
    <div class="asked" ref={place}>
      {editing ? (
        <EditQuestion text={entry.text} maxLength={maxLength} onSend={resend} onCancel={() => leave(true)} />
      ) : (
        <>
          <p class="bubble">{entry.text}</p>
          <Foot {...props} onEdit={edit} opener={opener} />
        </>
      )}
    </div>
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

function Foot({ entry, online, locale, opener, onEdit, onVersion }: FootProps) {
  return (
    <div class="foot">
      <div class="deeds" role="group" aria-label={t.questionActions}>
        {entry.versions ? <Versions versions={entry.versions} idle={!online} onShow={onVersion} /> : null}
        <Deed label={t.editQuestion} icon="edit" buttonRef={opener} onDo={onEdit} />
        <CopyDeed text={entry.text} />
      </div>
      <p class="meta">
        <time dateTime={entry.at}>{timeOf(entry.at, locale)}</time>
      </p>
    </div>
  );
}

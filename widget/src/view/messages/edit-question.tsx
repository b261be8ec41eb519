import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../strings/strings.js';
import { Busy } from '../busy.js';

interface EditQuestionProps {
  readonly text: string;
  /** Characters of one message. */
  readonly maxLength: number;
  onSend(text: string): void;
  onCancel(): void;
}

/** A question that is being written anew in its place. Enter sends, Escape leaves it as it was. */
export function EditQuestion({ text, maxLength, onSend, onCancel }: EditQuestionProps) {
  const [draft, setDraft] = useState(text);
  const busy = useContext(Busy);
  const field = useRef<HTMLTextAreaElement>(null);
  const left = maxLength - draft.length;
  const sendable = draft.trim().length > 0 && left >= 0 && !busy;
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, []);
  useEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(240, area.scrollHeight + 2)}px`;
  }, [draft]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      onCancel();
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    if (sendable) onSend(draft);
  };
  return (
    <div class="editing">
      <textarea
        ref={field}
        rows={1}
        value={draft}
        aria-label={t.editedText}
        aria-invalid={left < 0}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div class="choice">
        {left < 0 ? <span class="count over">{t.over(-left)}</span> : null}
        <button type="button" class="plain" onClick={onCancel}>
          {t.cancel}
        </button>
        <button type="button" class="plain yes" disabled={!sendable} onClick={() => onSend(draft)}>
          {t.send}
        </button>
      </div>
    </div>
  );
}

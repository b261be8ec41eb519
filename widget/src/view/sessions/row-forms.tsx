import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../strings/strings.js';
import { text } from '../../strings/session-strings.js';

/** Characters of a title. */
const LONGEST = 200;

interface RenameProps {
  readonly title: string;
  onSave(title: string): void;
  onCancel(): void;
}

/** A conversation that is being renamed in its place. Enter saves, Escape leaves it as it was. */
export function Rename({ title, onSave, onCancel }: RenameProps) {
  const [name, setName] = useState(title);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return (
    <form
      class="row-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() && name.trim() !== title) onSave(name.trim());
        else onCancel();
      }}
      onKeyDown={(event) => onEscape(event, onCancel)}
    >
      <input
        ref={field}
        value={name}
        maxLength={LONGEST}
        aria-label={text.newName}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <div class="row-choice">
        <button type="button" class="plain" onClick={onCancel}>
          {t.cancel}
        </button>
        <button type="submit" class="plain yes" disabled={!name.trim()}>
          {text.save}
        </button>
      </div>
    </form>
  );
}

interface ConfirmProps {
  readonly title: string;
  onConfirm(): void;
  onCancel(): void;
}

/** Asks before a conversation is deleted, in its place. Escape leaves it. */
export function ConfirmDelete({ title, onConfirm, onCancel }: ConfirmProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  const ask = text.removeAsk(title);
  useLayoutEffect(() => cancel.current?.focus(), []);
  return (
    <div
      class="row-form asking"
      role="alertdialog"
      aria-label={ask}
      onKeyDown={(event) => onEscape(event, onCancel)}
    >
      <p>{ask}</p>
      <div class="row-choice">
        <button type="button" class="plain" ref={cancel} onClick={onCancel}>
          {t.cancel}
        </button>
        <button type="button" class="plain danger" onClick={onConfirm}>
          {text.remove}
        </button>
      </div>
    </div>
  );
}

function onEscape(event: KeyboardEvent, leave: () => void): void {
  if (event.key !== 'Escape' || event.isComposing) return;
  event.stopPropagation();
  leave();
}

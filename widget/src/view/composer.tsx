import type { Ref } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../strings/strings.js';
import { Icon } from './icons.js';

const COUNT_FROM = 400;
const TALLEST = 162;
const TYPING_AGAIN = 3_000;
const TYPING_ENDS = 5_000;

interface ComposerProps {
  readonly name: string;
  /** Characters of one message. */
  readonly maxLength: number;
  readonly draft: string;
  readonly disabled: boolean;
  readonly running: boolean;
  readonly field: Ref<HTMLTextAreaElement>;
  onDraft(text: string): void;
  onSend(): void;
  onStop(): void;
  onTyping(isTyping: boolean): void;
}

/** Where questions are written. Enter sends, Shift+Enter breaks the line, unless an input method is composing. */
export function Composer(props: ComposerProps) {
  const { draft, disabled, running, name } = props;
  const left = props.maxLength - draft.length;
  const sendable = draft.trim().length > 0 && left >= 0 && !disabled;
  const typing = useTyping(props.onTyping);
  const send = () => {
    if (!sendable) return;
    typing(false);
    props.onSend();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="composer"
      onMouseDown={intoField}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field {...props} onKeyDown={onKeyDown} onTyped={() => typing(true)} invalid={left < 0} />
      <span class={left < 0 ? 'count over' : 'count'} aria-live="polite">
        {left < 0 ? t.over(-left) : left <= COUNT_FROM ? t.left(left) : ''}
      </span>
      {running ? (
        <button type="button" class="go stop" aria-label={t.stop} title={t.stop} onClick={props.onStop}>
          <Icon name="stop" />
        </button>
      ) : null}
      {!running || draft.trim() ? (
        <button type="submit" class="go" aria-label={t.send} title={t.send} disabled={!sendable}>
          <Icon name="send" />
        </button>
      ) : null}
      <span class="for-readers" id="hint">
        {t.chatWith(name)}. {t.hint}
      </span>
    </form>
  );
}

/** The whole frame is the field for whoever clicks. */
function intoField(event: MouseEvent & { currentTarget: HTMLFormElement }): void {
  if (event.target !== event.currentTarget) return;
  event.preventDefault();
  event.currentTarget.querySelector('textarea')?.focus();
}

interface FieldProps extends ComposerProps {
  readonly invalid: boolean;
  onKeyDown(event: KeyboardEvent): void;
  onTyped(): void;
}

function Field({ name, draft, disabled, field, invalid, onDraft, onKeyDown, onTyped }: FieldProps) {
  const own = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const area = own.current;
    if (!area) return;
    area.style.height = 'auto';
    if (area.scrollHeight > 0) area.style.height = `${Math.min(TALLEST, area.scrollHeight)}px`;
  }, [draft]);
  return (
    <textarea
      ref={(area) => {
        own.current = area;
        if (typeof field === 'function') field(area);
        else if (field) field.current = area;
      }}
      rows={1}
      value={draft}
      disabled={disabled}
      placeholder={disabled ? t.placeholderSignedOut : t.placeholder(name)}
      aria-label={t.placeholder(name)}
      aria-describedby="hint"
      aria-invalid={invalid}
      enterkeyhint="send"
      onInput={(event) => {
        onDraft(event.currentTarget.value);
        onTyped();
      }}
      onKeyDown={onKeyDown}
    />
  );
}

/** Tells typing at most every few seconds, and its end after a pause. */
function useTyping(tell: (isTyping: boolean) => void): (isTyping: boolean) => void {
  const last = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (isTyping) => {
    clearTimeout(timer.current);
    if (!isTyping) {
      if (last.current) tell(false);
      last.current = 0;
      return;
    }
    if (Date.now() - last.current > TYPING_AGAIN) {
      last.current = Date.now();
      tell(true);
    }
    timer.current = setTimeout(() => {
      last.current = 0;
      tell(false);
    }, TYPING_ENDS);
  };
}

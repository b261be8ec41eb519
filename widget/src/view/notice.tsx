import type { ChatState } from '../state/chat-state.js';
import { en } from '../strings/en.js';
import { useCountdown } from './use-countdown.js';

interface NoticeProps {
  readonly state: ChatState;
  onDismiss(): void;
  onReconnect(): void;
}

/** What went wrong, in a sentence, with a way on. */
export function NoticeBar({ state, onDismiss, onReconnect }: NoticeProps) {
  const { notice, status } = state;
  const seconds = useCountdown(notice?.until, onDismiss);
  if (status === 'signed_out') {
    return <Bar title={en.signInTitle} text={en.signInText} action={en.checkAgain} onAction={onReconnect} />;
  }
  if (status === 'refused') {
    return (
      <Bar
        title={en.refusedTitle}
        text={notice?.error.detail ?? ''}
        action={en.checkAgain}
        onAction={onReconnect}
      />
    );
  }
  if (!notice) return null;
  const text = seconds > 0 ? `${notice.error.detail} ${en.wait(seconds)}` : notice.error.detail;
  return <Bar text={text} action={en.dismiss} onAction={onDismiss} />;
}

function Bar({
  title,
  text,
  action,
  onAction,
}: {
  title?: string;
  text: string;
  action: string;
  onAction(): void;
}) {
  return (
    <div class="notice" role="alert">
      <p>
        {title ? <b>{title}. </b> : null}
        {text}
      </p>
      <button type="button" class="plain" onClick={onAction}>
        {action}
      </button>
    </div>
  );
}

import type { ChatState } from '../state/chat-state.js';
import { failureText, t } from '../strings/strings.js';
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
    return <Bar title={t.signInTitle} text={t.signInText} action={t.checkAgain} onAction={onReconnect} />;
  }
  if (status === 'refused') {
    return (
      <Bar
        title={t.refusedTitle}
        text={notice ? failureText(notice.error) : ''}
        action={t.checkAgain}
        onAction={onReconnect}
      />
    );
  }
  if (!notice) return null;
  const said = failureText(notice.error);
  const text = seconds > 0 ? `${said} ${t.wait(seconds)}` : said;
  return <Bar text={text} action={t.dismiss} onAction={onDismiss} />;
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

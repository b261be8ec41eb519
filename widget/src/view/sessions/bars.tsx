import type { SessionSummary } from '../../client/wire.js';
import type { Failure } from '../../state/sessions/session-list.js';
import { t } from '../../strings/strings.js';
import { text } from '../../strings/session-strings.js';
import { useCountdown } from '../use-countdown.js';
import { titleOf } from './session-row.js';

/** What went wrong, in a sentence, with another try. */
export function FailureBar({ failure, onRetry }: { failure: Failure | null; onRetry(): void }) {
  const seconds = useCountdown(failure?.until, () => undefined);
  if (!failure) return null;
  const { status, detail } = failure.error;
  const sentence = { 0: text.unreachable, 401: t.signInText }[status] ?? detail;
  return (
    <div class="notice" role="alert">
      <p>{sentence}</p>
      <button type="button" class="plain" disabled={seconds > 0} onClick={onRetry}>
        {seconds > 0 ? text.retryIn(seconds) : t.retry}
      </button>
    </div>
  );
}

/** Says what was archived or taken back, and takes that back. */
export function MovedBar({ session, onUndo }: { session: SessionSummary | null; onUndo(): void }) {
  if (!session) return null;
  const title = titleOf(session);
  return (
    <div class="moved">
      <p>{session.is_archived ? text.archived(title) : text.restored(title)}</p>
      <button type="button" class="plain" onClick={onUndo}>
        {text.undo}
      </button>
    </div>
  );
}

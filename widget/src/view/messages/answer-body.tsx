import { useRef } from 'preact/hooks';
import { LazyMarkdown } from '../../markdown/lazy-markdown.js';
import type { AnswerEntry } from '../../state/entries.js';
import { isOpen } from '../../state/run.js';
import { failureText, t } from '../../strings/strings.js';
import { useSheet } from '../../styles/use-sheet.js';
import type { AnswerProps } from './message-props.js';
import { Chips } from '../chips.js';
import { Line } from '../icons.js';
import { Parts } from '../parts/parts.js';
import partsCss from '../parts/parts.css';
import { AnswerFoot } from './answer-foot.js';
import { DEED_ICONS } from './deed-icons.js';
import css from './messages.css';

/** One answer: what has come of it so far, how it goes on or ended, and what can be done next. */
export function AnswerBody(props: AnswerProps) {
  const { entry, name, locale } = props;
  const { runId } = entry;
  const place = useRef<HTMLDivElement>(null);
  useSheet(place, css);
  useSheet(place, partsCss);
  const open = isOpen(entry);
  const waits = entry.state === 'awaiting_approval';
  const decides = waits && runId !== null && !props.disabled;
  const decide = decides ? (id: string, yes: boolean) => props.onDecide(runId, id, yes) : undefined;
  const empty = !entry.text && entry.parts.length === 0;
  return (
    <div class="answer-body" ref={place}>
      {entry.text ? <LazyMarkdown text={entry.text} /> : null}
      <Parts parts={entry.parts} locale={locale} csvOf={props.csvOf} decide={decide} />
      {open ? <Progress entry={entry} name={name} dots={empty} /> : null}
      {!open && entry.state !== 'completed' ? <Ending {...props} /> : null}
      {open || !hasFoot(entry) ? null : <AnswerFoot {...props} messageId={entry.messageId} />}
      {props.isLast && entry.state === 'completed' && entry.suggestedActions.length > 0 ? (
        <Chips texts={entry.suggestedActions} disabled={props.disabled} onAsk={props.onAsk} />
      ) : null}
    </div>
  );
}

const hasFoot = (entry: AnswerEntry): entry is AnswerEntry & { messageId: string } =>
  entry.messageId !== null && (entry.state === 'completed' || !!entry.text || entry.versions !== null);

function Progress({ entry, name, dots }: { entry: AnswerEntry; name: string; dots: boolean }) {
  const waiting = { queued: t.waiting, awaiting_approval: t.approval }[entry.state as string];
  const text = entry.status ?? (entry.state === 'queued' && dots ? null : waiting);
  return (
    <p class="progress">
      {dots ? (
        <span class="dots" role="img" aria-label={t.writing(name)}>
          <i />
          <i />
          <i />
        </span>
      ) : null}
      {text ? <span class="run-status">{text}</span> : null}
    </p>
  );
}

function Ending({ entry, disabled, onRetry }: AnswerProps) {
  const { state, error, runId } = entry;
  const text =
    state === 'cancelled'
      ? t.stopped
      : error
        ? failureText(error)
        : state === 'interrupted'
          ? t.interrupted
          : t.failed;
  return (
    <div class={`ending ${state}`}>
      <p>{text}</p>
      {entry.retriable && runId ? (
        <button type="button" class="plain" disabled={disabled} onClick={() => onRetry(runId)}>
          <Line path={DEED_ICONS.again} />
          {t.retry}
        </button>
      ) : null}
    </div>
  );
}

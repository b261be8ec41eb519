import { LazyMarkdown } from '../markdown/lazy-markdown.js';
import type { GiveFeedback } from '../client/wire.js';
import type { AnswerEntry } from '../state/entries.js';
import { en } from '../strings/en.js';
import { Deed } from './deed.js';
import { Icon } from './icons.js';
import { CopyDeed, Versions } from './message-actions.js';
import { Parts } from './parts.js';
import { RatingComment, RatingDeeds, useRating } from './rating.js';
import { timeOf } from './time.js';

export interface AnswerProps {
  readonly entry: AnswerEntry;
  readonly name: string;
  readonly locale: string | undefined;
  readonly isLast: boolean;
  readonly disabled: boolean;
  /** An answer is under way: there cannot be another one of the same question now. */
  readonly busy: boolean;
  onRetry(runId: string): void;
  onRegenerate(messageId: string): void;
  onVersion(messageId: string): void;
  onRate(messageId: string, said: GiveFeedback): Promise<boolean>;
  onAsk(text: string): void;
  csvOf(datasetId: string): Promise<Blob | undefined>;
  onDecide(runId: string, approvalId: string, approved: boolean): Promise<boolean>;
}

const OPEN = new Set(['queued', 'running', 'awaiting_approval']);

/** One answer: what has come of it so far, how it goes on or ended, and what can be done next. */
export function Answer(props: AnswerProps) {
  const { entry, name, locale } = props;
  const { runId } = entry;
  const open = OPEN.has(entry.state);
  const waits = entry.state === 'awaiting_approval';
  const decides = waits && runId !== null && !props.disabled;
  const decide = decides ? (id: string, yes: boolean) => props.onDecide(runId, id, yes) : undefined;
  const empty = !entry.text && entry.parts.length === 0;
  return (
    <article
      class="answer"
      aria-label={name}
      aria-busy={open && !waits}
      data-state={entry.state}
      tabIndex={-1}
    >
      {entry.text ? <LazyMarkdown text={entry.text} /> : null}
      <Parts parts={entry.parts} locale={locale} csvOf={props.csvOf} decide={decide} />
      {open ? <Progress entry={entry} name={name} dots={empty} /> : null}
      {!open && entry.state !== 'completed' ? <Ending {...props} /> : null}
      {open || !hasFoot(entry) ? null : <Foot {...props} messageId={entry.messageId} />}
      {props.isLast && entry.state === 'completed' && entry.suggestedActions.length > 0 ? (
        <Chips texts={entry.suggestedActions} disabled={props.disabled} onAsk={props.onAsk} />
      ) : null}
    </article>
  );
}

const hasFoot = (entry: AnswerEntry): entry is AnswerEntry & { messageId: string } =>
  entry.messageId !== null && (entry.state === 'completed' || !!entry.text || entry.versions !== null);

function Progress({ entry, name, dots }: { entry: AnswerEntry; name: string; dots: boolean }) {
  const waiting = { queued: en.waiting, awaiting_approval: en.approval }[entry.state as string];
  const text = entry.status ?? (entry.state === 'queued' && dots ? null : waiting);
  return (
    <p class="progress">
      {dots ? (
        <span class="dots" role="img" aria-label={en.writing(name)}>
          <i />
          <i />
          <i />
        </span>
      ) : null}
      {text ? <span class="run-status">{text}</span> : null}
    </p>
  );
}

function Foot({ messageId: id, ...props }: AnswerProps & { messageId: string }) {
  const { entry, locale, isLast, disabled, busy } = props;
  const done = entry.state === 'completed';
  const { given, asks, give, comment, leave } = useRating(id, (said) => props.onRate(id, said));
  return (
    <>
      <div class="foot">
        {done ? <Meta entry={entry} locale={locale} /> : null}
        <div class="deeds" role="group" aria-label={en.answerActions}>
          {entry.versions ? (
            <Versions versions={entry.versions} idle={disabled || busy} onShow={props.onVersion} />
          ) : null}
          {entry.text ? <CopyDeed text={entry.text} /> : null}
          {done ? <RatingDeeds given={given} give={give} idle={disabled} /> : null}
          {isLast && done ? (
            <Deed
              label={en.regenerate}
              icon="retry"
              idle={disabled || busy}
              onDo={() => props.onRegenerate(id)}
            />
          ) : null}
        </div>
      </div>
      {asks ? <RatingComment given={given} comment={comment} leave={leave} /> : null}
    </>
  );
}

function Meta({ entry, locale }: { entry: AnswerEntry; locale: string | undefined }) {
  const agent = entry.agentName?.replaceAll('_', ' ');
  return (
    <p class="meta">
      {agent ? <span>{agent}</span> : null}
      {entry.at ? <time dateTime={entry.at}>{timeOf(entry.at, locale)}</time> : null}
    </p>
  );
}

function Ending({ entry, disabled, onRetry }: AnswerProps) {
  const { state, error, runId } = entry;
  const text =
    state === 'cancelled'
      ? en.stopped
      : (error?.detail ?? (state === 'interrupted' ? en.interrupted : en.failed));
  return (
    <div class={`ending ${state}`}>
      <p>{text}</p>
      {entry.retriable && runId ? (
        <button type="button" class="plain" disabled={disabled} onClick={() => onRetry(runId)}>
          <Icon name="retry" />
          {en.retry}
        </button>
      ) : null}
    </div>
  );
}

/** Things to say next, one press each. */
export function Chips({
  texts,
  disabled,
  onAsk,
}: {
  texts: readonly string[];
  disabled: boolean;
  onAsk(text: string): void;
}) {
  return (
    <div class="chips">
      {texts.map((text) => (
        <button type="button" class="chip" key={text} disabled={disabled} onClick={() => onAsk(text)}>
          {text}
        </button>
      ))}
    </div>
  );
}

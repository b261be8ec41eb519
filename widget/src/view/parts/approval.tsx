import type { TargetedMouseEvent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApprovalPart } from '../../state/approvals.js';
import { t } from '../../strings/strings.js';
import { type Shown, shownArguments, timeLeft } from './approval-words.js';
import { inWords } from './tool-words.js';
import { timeOf } from '../time.js';

const LOOK_EVERY = 10_000;

/** Out: whether the decision was taken. Never rejects. */
export type Decide = (approvalId: string, approved: boolean) => Promise<boolean>;

interface ApprovalProps {
  readonly part: ApprovalPart;
  readonly locale: string | undefined;
  /** Absent where there is nothing to decide any more. */
  readonly decide: Decide | undefined;
}

/** A step that a person has to agree to: what would be done, exactly, and what was decided. */
export function Approval({ part, locale, decide }: ApprovalProps) {
  const tool = inWords(part.tool);
  const pending = part.state === 'pending';
  return (
    <div class={`approval ${part.state}`} role="group" aria-label={t.approvalOf(tool)}>
      <b>
        <bdi>{tool}</bdi>
      </b>
      <Values value={shownArguments(part.arguments)} />
      {pending && decide ? <Choice part={part} decide={decide} /> : null}
      <small>
        {part.state === 'pending' ? (
          <TimeLeft until={part.expires_at} locale={locale} />
        ) : (
          t.approvalState[part.state]
        )}
      </small>
    </div>
  );
}

function Values({ value }: { value: Shown }) {
  if (typeof value === 'string') return <bdi>{value}</bdi>;
  if (value[0]?.name === undefined) {
    return (
      <ul>
        {value.map((one, index) => (
          <li key={index}>
            <Values value={one.value} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <dl>
      {value.map(({ name, value: inner }) => (
        <div key={name}>
          <dt>
            <bdi>{name}</bdi>
          </dt>
          <dd>
            <Values value={inner} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Choice({ part, decide }: { part: ApprovalPart; decide: Decide }) {
  const [sending, setSending] = useState(false);
  const choose = async (event: TargetedMouseEvent<HTMLButtonElement>, approved: boolean) => {
    event.currentTarget.closest<HTMLElement>('article')?.focus({ preventScroll: true });
    setSending(true);
    if (!(await decide(part.approval_id, approved))) setSending(false);
  };
  return (
    <div class="choice">
      <button
        type="button"
        class="plain yes"
        disabled={sending}
        onClick={(event) => void choose(event, true)}
      >
        {t.approve}
      </button>
      <button type="button" class="plain" disabled={sending} onClick={(event) => void choose(event, false)}>
        {t.refuse}
      </button>
    </div>
  );
}

function TimeLeft({ until, locale }: { until: string; locale: string | undefined }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_EVERY);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={until} title={timeOf(until, locale)}>
      {timeLeft(new Date(until).getTime() - now)}
    </time>
  );
}

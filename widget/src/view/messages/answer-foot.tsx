import { useContext } from 'preact/hooks';
import { t } from '../../strings/strings.js';
import type { AnswerProps } from './message-props.js';
import { Busy } from '../busy.js';
import { Deed } from './deed.js';
import { CopyDeed, Versions } from './message-actions.js';
import { Meta } from './meta.js';
import { RatingComment, RatingDeeds, useRating } from './rating.js';

/** Below an answer: who gave it, its versions, and what can be done with it. */
export function AnswerFoot({ messageId: id, ...props }: AnswerProps & { messageId: string }) {
  const { entry, locale, isLast, disabled } = props;
  const done = entry.state === 'completed';
  const { given, asks, give, comment, leave } = useRating(id, (said) => props.onRate(id, said));
  return (
    <>
      <div class="foot">
        {done ? <Meta entry={entry} locale={locale} /> : null}
        <div class="deeds" role="group" aria-label={t.answerActions}>
          {entry.versions ? (
            <Versions versions={entry.versions} idle={disabled} onShow={props.onVersion} />
          ) : null}
          {entry.text ? <CopyDeed text={entry.text} /> : null}
          {done ? <RatingDeeds given={given} give={give} idle={disabled} /> : null}
          {isLast && done ? <Again idle={disabled} onDo={() => props.onRegenerate(id)} /> : null}
        </div>
      </div>
      {asks ? <RatingComment given={given} comment={comment} leave={leave} /> : null}
    </>
  );
}

function Again({ idle, onDo }: { idle: boolean; onDo(): void }) {
  const busy = useContext(Busy);
  return <Deed label={t.regenerate} icon="again" idle={idle || busy} onDo={onDo} />;
}

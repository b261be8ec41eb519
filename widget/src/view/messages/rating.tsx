import { useState } from 'preact/hooks';
import type { GiveFeedback, Rating } from '../../client/wire.js';
import { t } from '../../strings/strings.js';
import { Deed } from './deed.js';

/** Characters of a comment. */
const LONGEST = 2000;

/** What a user says of an answer and of its other versions, as far as it was said here. */
export function useRating(messageId: string, send: (said: GiveFeedback) => Promise<boolean>) {
  const [ratings, setRatings] = useState<Readonly<Record<string, Rating | undefined>>>({});
  const [asking, setAsking] = useState<string | null>(null);
  const given = ratings[messageId];
  const set = (rating: Rating | undefined) => setRatings((all) => ({ ...all, [messageId]: rating }));
  const give = async (rating: Rating) => {
    set(rating);
    setAsking(messageId);
    if (await send({ rating })) return;
    set(given);
    setAsking(null);
  };
  const comment = async (text: string) => {
    if (given && (await send({ rating: given, comment: text }))) setAsking(null);
  };
  return { given, asks: asking === messageId, give, comment, leave: () => setAsking(null) };
}

type RatingState = ReturnType<typeof useRating>;

/** Two buttons; the pressed one says how the answer was rated. */
export function RatingDeeds({ given, give, idle }: Pick<RatingState, 'given' | 'give'> & { idle: boolean }) {
  const deed = (rating: Rating, icon: 'good' | 'bad') => (
    <Deed label={t[icon]} icon={icon} idle={idle} pressed={given === rating} onDo={() => void give(rating)} />
  );
  return (
    <>
      {deed('up', 'good')}
      {deed('down', 'bad')}
      <span class="for-readers" role="status">
        {given ? t.thanks : ''}
      </span>
    </>
  );
}

/** A line in which to say why, for whoever wants to. Escape leaves it. */
export function RatingComment({ given, comment, leave }: Pick<RatingState, 'given' | 'comment' | 'leave'>) {
  const [text, setText] = useState('');
  if (!given) return null;
  const end = (event: { currentTarget: HTMLElement }) => {
    toAnswer(event);
    leave();
  };
  return (
    <form
      class="comment"
      onSubmit={(event) => {
        event.preventDefault();
        if (!text.trim()) return;
        toAnswer(event);
        void comment(text.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        end(event);
      }}
    >
      <input
        value={text}
        maxLength={LONGEST}
        aria-label={t.rateComment[given]}
        placeholder={t.rateComment[given]}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="plain" disabled={!text.trim()}>
        {t.sendComment}
      </button>
      <button type="button" class="quiet" onClick={end}>
        {t.noComment}
      </button>
    </form>
  );
}

/** What had the focus goes; the answer takes it. */
function toAnswer({ currentTarget }: { currentTarget: HTMLElement }): void {
  currentTarget.closest<HTMLElement>('article')?.focus({ preventScroll: true });
}

import { useLate } from '../lazy/use-late.js';
import { isOpen } from '../state/run.js';
import { lateMessages } from './messages/late-messages.js';
import type { AnswerProps } from './messages/message-props.js';

/** One answer; as plain text until what draws it has come. */
export function Answer(props: AnswerProps) {
  const { entry, name } = props;
  const { value: messages } = useLate(lateMessages);
  return (
    <article
      class="answer"
      aria-label={name}
      aria-busy={isOpen(entry) && entry.state !== 'awaiting_approval'}
      data-state={entry.state}
      tabIndex={-1}
    >
      {messages ? <messages.AnswerBody {...props} /> : <p class="as-written">{entry.text}</p>}
    </article>
  );
}

import type { ChatClient } from '../client/chat-client.js';
import type { ChatState } from '../state/chat-state.js';
import type { Entry } from '../state/entries.js';
import { Answer } from './answer.js';
import { Question } from './question.js';

interface EntryViewProps {
  readonly entry: Entry;
  readonly state: ChatState;
  readonly client: ChatClient;
  readonly name: string;
  readonly locale: string | undefined;
  readonly isLast: boolean;
  /** Nobody is signed in. */
  readonly blocked: boolean;
  /** Nothing can be asked in another way now. */
  readonly busy: boolean;
  onAsk(text: string): void;
  onEdit(clientMessageId: string, text: string): void;
  onResend(text: string, parentId: string | null): void;
}

/** A question or an answer of the list, with what can be done with it. */
export function EntryView({ entry, state, client, blocked, ...rest }: EntryViewProps) {
  const online = state.status === 'online';
  const onVersion = (id: string) => void client.answers.showVersion(id);
  return entry.kind === 'question' ? (
    <Question
      {...rest}
      entry={entry}
      online={online}
      maxLength={state.assistant?.max_message_length ?? Infinity}
      onSendAgain={(id) => client.sendAgain(id)}
      onDiscard={(id) => client.unsend(id)}
      onVersion={onVersion}
    />
  ) : (
    <Answer
      {...rest}
      entry={entry}
      disabled={blocked || !online}
      onRetry={(runId) => void client.answers.retry(runId)}
      onRegenerate={(id) => void client.answers.regenerate(id)}
      onVersion={onVersion}
      onRate={(id, said) => client.answers.rate(id, said)}
      csvOf={(id) => client.answers.csv(id)}
      onDecide={(runId, id, approved) => client.answers.decide(runId, id, approved)}
    />
  );
}

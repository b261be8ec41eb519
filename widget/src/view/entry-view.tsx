import { Component } from 'preact';
import type { ChatClient } from '../client/chat-client.js';
import type { Entry } from '../state/entries.js';
import { Answer } from './answer.js';
import { Question } from './question.js';

/** What an entry looks like depends on these alone. */
interface Seen {
  readonly entry: Entry;
  readonly client: ChatClient;
  readonly name: string;
  readonly locale: string | undefined;
  readonly maxLength: number;
  readonly isLast: boolean;
  readonly online: boolean;
  /** Nobody is signed in. */
  readonly blocked: boolean;
}

interface EntryViewProps extends Seen {
  onAsk(text: string): void;
  onEdit(clientMessageId: string, text: string): void;
  onResend(text: string, parentId: string | null): void;
}

const SEEN: readonly (keyof Seen)[] = [
  'entry',
  'client',
  'name',
  'locale',
  'maxLength',
  'isLast',
  'online',
  'blocked',
];

/** A question or an answer of the list, with what can be done with it. Drawn again only when what is seen of it changed. */
export class EntryView extends Component<EntryViewProps> {
  override shouldComponentUpdate(next: EntryViewProps): boolean {
    return SEEN.some((key) => next[key] !== this.props[key]);
  }

  override render() {
    const { entry, client, online, blocked, ...rest } = this.props;
    const onVersion = (id: string) => void client.answers.showVersion(id);
    return entry.kind === 'question' ? (
      <Question
        {...rest}
        entry={entry}
        online={online}
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
}

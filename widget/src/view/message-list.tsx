import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatClient } from '../client/chat-client.js';
import type { ChatState } from '../state/chat-state.js';
import { entriesOf, type Entry } from '../state/entries.js';
import { en } from '../strings/en.js';
import { Answer, Chips } from './answer.js';
import { Icon } from './icons.js';
import { Question } from './question.js';

const NEAR_END = 48;

interface MessageListProps {
  readonly state: ChatState;
  readonly client: ChatClient;
  readonly name: string;
  readonly locale: string | undefined;
  readonly open: boolean;
  onAsk(text: string): void;
  onEdit(clientMessageId: string, text: string): void;
}

/** The conversation. It follows the newest line while the reader is there, and never moves while they read above. */
export function MessageList(props: MessageListProps) {
  const { state, client } = props;
  const entries = entriesOf(state);
  const { box, atEnd, onScroll, toEnd } = useFollowing(state, props.open);
  const blocked = state.status === 'signed_out' || state.status === 'refused';
  return (
    <div
      class="scroll"
      ref={box}
      onScroll={onScroll}
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={en.conversation}
    >
      <div class="list">
        {state.hasEarlier ? (
          <button
            type="button"
            class="plain earlier"
            disabled={state.loading}
            onClick={() => void client.loadEarlier()}
          >
            {en.earlier}
          </button>
        ) : (
          <Welcome {...props} begun={entries.length > 0} blocked={blocked} />
        )}
        {entries.map((entry, index) => (
          <EntryView
            {...props}
            key={entry.key}
            entry={entry}
            isLast={index === entries.length - 1}
            blocked={blocked}
          />
        ))}
        {state.otherDeviceTyping ? <p class="meta elsewhere">{en.otherDevice}</p> : null}
      </div>
      {atEnd ? null : (
        <button type="button" class="to-end" aria-label={en.latest} title={en.latest} onClick={toEnd}>
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}

interface EntryViewProps extends MessageListProps {
  readonly entry: Entry;
  readonly isLast: boolean;
  readonly blocked: boolean;
}

function EntryView({ entry, state, client, name, locale, isLast, blocked, onAsk, onEdit }: EntryViewProps) {
  const online = state.status === 'online';
  return entry.kind === 'question' ? (
    <Question
      entry={entry}
      online={online}
      locale={locale}
      onSendAgain={(id) => client.sendAgain(id)}
      onEdit={onEdit}
      onDiscard={(id) => client.unsend(id)}
    />
  ) : (
    <Answer
      entry={entry}
      name={name}
      locale={locale}
      isLast={isLast}
      disabled={blocked || !online}
      onRetry={(runId) => void client.retry(runId)}
      onAsk={onAsk}
      csvOf={(id) => client.csv(id)}
      onDecide={(runId, id, approved) => client.decide(runId, id, approved)}
    />
  );
}

function Welcome({ state, begun, blocked, onAsk }: MessageListProps & { begun: boolean; blocked: boolean }) {
  const { assistant } = state;
  if (!assistant) return blocked ? null : <p class="progress skeleton">{en.loading}</p>;
  const questions = assistant.suggested_questions ?? [];
  return (
    <div class={begun ? 'welcome begun' : 'welcome'}>
      <span class="avatar large" aria-hidden="true">
        {assistant.avatar}
      </span>
      <p class="greeting">{assistant.greeting_message}</p>
      {!begun && questions.length > 0 ? <Chips texts={questions} disabled={blocked} onAsk={onAsk} /> : null}
    </div>
  );
}

function useFollowing(state: ChatState, open: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const shown = useRef<{ first: string | undefined; height: number }>({ first: undefined, height: 0 });
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = () => {
    following.current = true;
    setAtEnd(true);
    const area = box.current;
    if (area) area.scrollTop = area.scrollHeight;
  };
  const onScroll = () => {
    const area = box.current;
    if (!area) return;
    following.current = area.scrollHeight - area.scrollTop - area.clientHeight < NEAR_END;
    setAtEnd(following.current);
  };
  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    const first = state.messages[0]?.id;
    const prepended = shown.current.first !== undefined && first !== shown.current.first;
    if (following.current) area.scrollTop = area.scrollHeight;
    else if (prepended) area.scrollTop += area.scrollHeight - shown.current.height;
    shown.current = { first, height: area.scrollHeight };
  }, [state, open]);
  useEffect(() => {
    const area = box.current;
    if (!area) return;
    const observer = new ResizeObserver(() => following.current && toEnd());
    for (const one of [area, ...area.children]) observer.observe(one);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (state.outgoing.length > 0) toEnd();
  }, [state.outgoing.length]);
  return { box, atEnd, onScroll, toEnd };
}

import type { ChatClient } from '../client/chat-client.js';
import type { ChatState } from '../state/chat-state.js';
import { entriesOf, stoppableRun } from '../state/entries.js';
import { t } from '../strings/strings.js';
import { Busy } from './busy.js';
import { Chips } from './chips.js';
import { EntryView } from './entry-view.js';
import { Icon } from './icons.js';
import { useFollowing } from './use-following.js';

export interface MessageListProps {
  readonly state: ChatState;
  readonly client: ChatClient;
  readonly name: string;
  readonly locale: string | undefined;
  readonly open: boolean;
  onAsk(text: string): void;
  onEdit(clientMessageId: string, text: string): void;
  onResend(text: string, parentId: string | null): void;
}

/** The conversation. */
export function MessageList(props: MessageListProps) {
  const { state, client } = props;
  const entries = entriesOf(state);
  const { box, atEnd, news, onScroll, toEnd, stay } = useFollowing(state, entries, props.open);
  const blocked = state.status === 'signed_out' || state.status === 'refused';
  const busy = blocked || stoppableRun(state) !== undefined;
  return (
    <div
      class="scroll"
      ref={box}
      onScroll={onScroll}
      onClickCapture={({ target }) => (target as Element).closest('.versions') && stay()}
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={t.conversation}
    >
      <div class="list">
        {state.hasEarlier ? (
          <button
            type="button"
            class="plain earlier"
            disabled={state.loading}
            onClick={() => void client.loadEarlier()}
          >
            {t.earlier}
          </button>
        ) : (
          <Welcome {...props} begun={entries.length > 0} blocked={blocked} />
        )}
        <Busy.Provider value={busy}>
          {entries.map((entry, index) => (
            <EntryView
              {...props}
              key={entry.key}
              entry={entry}
              isLast={index === entries.length - 1}
              online={state.status === 'online'}
              maxLength={state.assistant?.max_message_length ?? Infinity}
              blocked={blocked}
            />
          ))}
        </Busy.Provider>
        {state.otherDeviceTyping ? <p class="meta elsewhere">{t.otherDevice}</p> : null}
      </div>
      {atEnd ? null : <ToEnd news={news} onClick={toEnd} />}
    </div>
  );
}

function ToEnd({ news, onClick }: { news: boolean; onClick(): void }) {
  const label = news ? t.newMessages : t.latest;
  return (
    <button
      type="button"
      class={news ? 'to-end news' : 'to-end'}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <Icon name="down" />
      {news ? label : null}
    </button>
  );
}

function Welcome({ state, begun, blocked, onAsk }: MessageListProps & { begun: boolean; blocked: boolean }) {
  const { assistant } = state;
  if (!assistant) return blocked ? null : <p class="progress skeleton">{t.loading}</p>;
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

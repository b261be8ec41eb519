import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ChatClient } from '../client/chat-client.js';
import type { ChatOptions } from '../loader/panel-contract.js';
import type { ChatState } from '../state/chat-state.js';
import { stoppableRun } from '../state/entries.js';
import { en } from '../strings/en.js';
import { Composer } from './composer.js';
import { Header } from './header.js';
import { MessageList } from './message-list.js';
import { NoticeBar } from './notice.js';
import { knownLocale } from './time.js';
import { useAnnouncement } from './use-announcement.js';
import { useApprovalNews } from './use-approval-news.js';
import { useDraft } from './use-draft.js';
import { useStore } from './use-store.js';
import { useTheme } from './use-theme.js';

export interface AppProps {
  readonly client: ChatClient;
  readonly options: ChatOptions;
  readonly inline: boolean;
  readonly open: boolean;
  /** Grows with every opening by hand, so that the focus moves each time. */
  readonly focusTurn: number;
  onClose(): void;
}

/** Puts the cursor into the field at each opening by hand; on touch screens, where the keyboard would hide half, beside it. */
function useFocus(field: RefObject<HTMLTextAreaElement | null>, open: boolean, turn: number): void {
  useEffect(() => {
    if (!open || turn === 0) return;
    const place = matchMedia('(pointer: coarse)').matches ? field.current?.closest('section') : field.current;
    place?.focus({ preventScroll: true });
  }, [open, turn]);
}

/** The panel. */
export function App({ client, options, inline, open, focusTurn, onClose }: AppProps) {
  const state = useStore(client.store);
  const theme = useTheme(options.theme);
  const name = options.assistantName ?? state.assistant?.name ?? en.assistant;
  const run = stoppableRun(state);
  const { draft, setDraft, field, ask, resend, edit } = useDraft(client, state.identity);
  useFocus(field, open, focusTurn);
  return (
    <section
      {...frameOf(inline, open)}
      data-theme={theme}
      tabIndex={-1}
      aria-label={en.chatWith(name)}
      onKeyDown={inline ? undefined : (event) => closeOnEscape(event, onClose)}
    >
      <Header
        name={name}
        avatar={state.assistant?.avatar ?? '💬'}
        status={state.status}
        canClose={!inline}
        canBegin={state.messages.length + state.outgoing.length > 0}
        onBegin={() => {
          client.newConversation();
          field.current?.focus();
        }}
        onClose={onClose}
      />
      <MessageList
        state={state}
        client={client}
        name={name}
        locale={knownLocale(options.locale)}
        open={open}
        onAsk={ask}
        onEdit={edit}
        onResend={resend}
      />
      <NoticeBar
        state={state}
        onDismiss={() => client.dismissNotice()}
        onReconnect={() => client.reconnect()}
      />
      <Composer
        name={name}
        maxLength={state.assistant?.max_message_length ?? Infinity}
        draft={draft}
        field={field}
        disabled={state.status === 'signed_out' || state.status === 'refused'}
        running={run !== undefined}
        onDraft={setDraft}
        onSend={() => ask(draft)}
        onStop={() => run && void client.answers.stop(run.runId)}
        onTyping={(isTyping) => client.typing(isTyping)}
      />
      <ForReaders state={state} name={name} />
    </section>
  );
}

function ForReaders({ state, name }: { state: ChatState; name: string }) {
  return (
    <>
      {[useAnnouncement(state, name), useApprovalNews(state)].map((text, index) => (
        <p class="for-readers" role="status" aria-live="polite" key={index}>
          {text}
        </p>
      ))}
    </>
  );
}

const frameOf = (inline: boolean, open: boolean) => ({
  class: inline ? 'panel inline' : 'panel floating',
  role: inline ? ('region' as const) : ('dialog' as const),
  hidden: !open,
});

function closeOnEscape(event: KeyboardEvent, close: () => void): void {
  if (event.key !== 'Escape' || event.isComposing) return;
  event.stopPropagation();
  close();
}

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatClient } from '../client/chat-client.js';
import type { ChatOptions } from '../loader/panel-contract.js';
import type { ChatState } from '../state/chat-state.js';
import { stoppableRun } from '../state/entries.js';
import { t } from '../strings/strings.js';
import { Composer } from './composer.js';
import { Header } from './header.js';
import { MessageList } from './message-list.js';
import { NoticeBar } from './notice.js';
import { LazySessions } from './sessions/lazy-sessions.js';
import { directionOf } from '../strings/languages.js';
import { useAnnouncement } from './use-announcement.js';
import { useApprovalNews } from './use-approval-news.js';
import { useDraft } from './use-draft.js';
import { useStore } from './use-store.js';
import { useTheme } from './use-theme.js';

export interface AppProps {
  readonly client: ChatClient;
  readonly options: ChatOptions;
  /** Of the sentences in use; dates and numbers are written accordingly (BCP 47). */
  readonly locale: string;
  readonly inline: boolean;
  readonly open: boolean;
  /** Grows with every opening by hand, so that the focus moves each time. */
  readonly focusTurn: number;
  onClose(): void;
}

/** Puts the cursor into the field; on touch screens, where the keyboard would hide half, beside it. */
function toField({ current }: RefObject<HTMLTextAreaElement | null>): void {
  const place = matchMedia('(pointer: coarse)').matches ? current?.closest('section') : current;
  place?.focus({ preventScroll: true });
}

/** The panel. */
export function App({ client, options, locale, inline, open, focusTurn, onClose }: AppProps) {
  const state = useStore(client.store);
  const theme = useTheme(options.theme);
  const name = options.assistantName ?? state.assistant?.name ?? t.assistant;
  const draft = useDraft(client, state.identity);
  const { field } = draft;
  const { listing, listButton, show, leave } = useListing(open);
  useEffect(() => {
    if (open && focusTurn > 0) toField(field);
  }, [open, focusTurn]);
  const begin = () => client.newConversation();
  return (
    <section
      {...frameOf(inline, open)}
      data-theme={theme}
      lang={locale}
      dir={directionOf(locale) ?? (options.locale ? 'ltr' : undefined)}
      tabIndex={-1}
      aria-label={t.chatWith(name)}
      onKeyDown={inline ? undefined : (event) => closeOnEscape(event, onClose)}
    >
      <div class="talk" inert={listing}>
        <Header
          name={name}
          avatar={state.assistant?.avatar ?? '💬'}
          status={state.status}
          canClose={!inline}
          canBegin={state.messages.length + state.outgoing.length > 0}
          listButton={listButton}
          onList={show}
          onBegin={() => {
            begin();
            field.current?.focus();
          }}
          onClose={onClose}
        />
        <Talk {...{ client, state, name, locale, open, draft }} />
      </div>
      {listing ? (
        <LazySessions
          key={state.identity?.user_id}
          client={client}
          locale={locale}
          openId={state.sessionId}
          onOpen={(id) => {
            client.openConversation(id);
            leave(() => toField(field));
          }}
          onNew={() => {
            begin();
            leave(() => toField(field));
          }}
          onClose={() => leave(() => listButton.current?.focus())}
        />
      ) : null}
      <ForReaders state={state} name={name} />
    </section>
  );
}

/** Whether the list of conversations is shown. `leave` hides it, and moves the focus once what is below can have it. */
function useListing(open: boolean) {
  const [listing, setListing] = useState(false);
  const listButton = useRef<HTMLButtonElement>(null);
  const then = useRef<(() => void) | null>(null);
  useEffect(() => {
    if (!open) setListing(false);
  }, [open]);
  useLayoutEffect(() => {
    if (listing) return;
    then.current?.();
    then.current = null;
  }, [listing]);
  const leave = (focus: () => void) => {
    then.current = focus;
    setListing(false);
  };
  return { listing, listButton, show: () => setListing(true), leave };
}

interface TalkProps extends Pick<AppProps, 'client' | 'open'> {
  readonly state: ChatState;
  readonly name: string;
  readonly locale: string | undefined;
  readonly draft: ReturnType<typeof useDraft>;
}

function Talk({ client, state, name, locale, open, draft }: TalkProps) {
  const run = stoppableRun(state);
  return (
    <>
      <MessageList
        {...{ state, client, name, locale, open }}
        onAsk={draft.ask}
        onEdit={draft.edit}
        onResend={draft.resend}
      />
      <NoticeBar
        state={state}
        onDismiss={() => client.dismissNotice()}
        onReconnect={() => client.reconnect()}
      />
      <Composer
        name={name}
        maxLength={state.assistant?.max_message_length ?? Infinity}
        draft={draft.draft}
        field={draft.field}
        disabled={state.status === 'signed_out' || state.status === 'refused'}
        running={run !== undefined}
        onDraft={draft.setDraft}
        onSend={() => draft.ask(draft.draft)}
        onStop={() => run && void client.answers.stop(run.runId)}
        onTyping={(isTyping) => client.typing(isTyping)}
      />
    </>
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

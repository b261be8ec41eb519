import { createElement, type ReactElement, type RefObject, useEffect, useRef } from 'react';
import type { ChatEvent, ChatOptions } from '../loader/panel-contract.js';
import type { Chat } from './chat-class.js';
import { loadChat } from './index.js';

type Listener = (data: unknown) => void;

/** The options of the widget, and what is called when something happens. */
export interface BizOSaaSChatProps extends Omit<ChatOptions, 'container'> {
  /** Base URL of the service. */
  readonly apiUrl: string;
  /** Fills an element of this class, in its place in the page, instead of a corner. */
  readonly inline?: boolean;
  readonly className?: string;
  /** Is given the widget, for its methods. */
  readonly chatRef?: { current: Chat | null };
  readonly onReady?: Listener;
  readonly onOpen?: Listener;
  readonly onClose?: Listener;
  /** A question was stored. */
  readonly onMessage?: Listener;
  /** An answer is there. */
  readonly onAnswer?: Listener;
  /** Also where the script could not be loaded. */
  readonly onError?: Listener;
  readonly onUnread?: Listener;
}

const LISTENERS: Readonly<Record<ChatEvent, keyof BizOSaaSChatProps>> = {
  ready: 'onReady',
  open: 'onOpen',
  close: 'onClose',
  message: 'onMessage',
  answer: 'onAnswer',
  error: 'onError',
  unread: 'onUnread',
};
const EVENTS = Object.keys(LISTENERS) as ChatEvent[];

/** The widget in a React app. It draws nothing on the server; taken out of the tree, it leaves the page. */
export function BizOSaaSChat(props: BizOSaaSChatProps): ReactElement | null {
  const place = useRef<HTMLDivElement>(null);
  const chat = useChat(props, place);
  useEffect(
    () => () => {
      chat.current?.destroy();
      hand(null, chat, props.chatRef);
    },
    [],
  );
  return props.inline ? createElement('div', { ref: place, className: props.className }) : null;
}

/** Goes on with the living widget for other options of the same user; another user's wipes it. */
function useChat(props: BizOSaaSChatProps, place: RefObject<HTMLDivElement | null>): RefObject<Chat | null> {
  const chat = useRef<Chat | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const tell = (event: ChatEvent, data: unknown) =>
    (latest.current[LISTENERS[event]] as Listener | undefined)?.(data);
  useEffect(() => {
    let left = false;
    let ends: (() => void)[] = [];
    loadChat(props.apiUrl).then(
      (Chat) => {
        if (left) return;
        const { getToken } = latest.current;
        const newest = getToken && { getToken: () => latest.current.getToken?.() ?? getToken() };
        const made = new Chat({ ...optionsOf(latest.current, place.current), ...newest });
        hand(made, chat, latest.current.chatRef);
        ends = EVENTS.map((event) => made.on(event, (data) => tell(event, data)));
      },
      (thrown: unknown) => left || tell('error', thrown),
    );
    return () => {
      left = true;
      for (const end of ends) end();
    };
  }, [JSON.stringify(optionsOf(props, null)), props.inline]);
  return chat;
}

function hand(made: Chat | null, ...refs: ({ current: Chat | null } | undefined)[]): void {
  for (const ref of refs) if (ref) ref.current = made;
}

function optionsOf(props: BizOSaaSChatProps, container: HTMLElement | null): ChatOptions {
  const { inline, className: _, chatRef: __, ...rest } = props;
  const options = Object.entries(rest).filter(([name]) => !/^on[A-Z]/.test(name));
  return { ...Object.fromEntries(options), ...(inline && container ? { container } : {}) };
}

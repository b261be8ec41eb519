import type { ChatClient } from './chat-client.js';

type Signal = readonly [EventTarget, string, (event: Event) => void];

/** Tells a client what happens to its page: the network, the reader, the other tabs, the end. Out: ends it. */
export function followBrowser(client: ChatClient): () => void {
  const wake = () => client.wake();
  const signals: readonly Signal[] = [
    [window, 'online', wake],
    [window, 'offline', wake],
    [window, 'pageshow', (event) => (event as PageTransitionEvent).persisted && wake()],
    [window, 'pagehide', () => client.keep()],
    [window, 'storage', (event) => isOurs(event as StorageEvent) && client.storageChanged()],
    [document, 'visibilitychange', () => (document.visibilityState === 'visible' ? wake() : client.keep())],
  ];
  for (const [target, name, handler] of signals) target.addEventListener(name, handler);
  return () => {
    for (const [target, name, handler] of signals) target.removeEventListener(name, handler);
  };
}

const isOurs = ({ key }: StorageEvent) => key === null || key.startsWith('bizosaas-chat:');

import type { Chat, ChatClass } from './chat-class.js';

export type { ChatEvent, ChatOptions, Position, Theme } from '../loader/panel-contract.js';
export type { Chat, ChatClass } from './chat-class.js';

const scripts = new Map<string, Promise<ChatClass>>();

/**
 * Loads the widget of a service, once however often it is called. In: the service's base URL. Rejects where the script
 * cannot be loaded; the next call tries again.
 */
export function loadChat(apiUrl: string): Promise<ChatClass> {
  const src = `${apiUrl.replace(/\/+$/, '')}/chat/v1/embed.js`;
  const known = scripts.get(src);
  if (known) return known;
  const loading = load(src).catch((thrown: unknown) => {
    scripts.delete(src);
    throw thrown;
  });
  scripts.set(src, loading);
  return loading;
}

function load(src: string): Promise<ChatClass> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = src;
    script.async = true;
    script.onload = () => resolve(classOf((window as { BizOSaaSChat?: ChatClass | Chat }).BizOSaaSChat!));
    script.onerror = () => {
      script.remove();
      reject(new Error(`The chat could not be loaded from ${src}`));
    };
    document.head.append(script);
  });
}

/** A page may have put its instance in the place of the class. */
function classOf(named: ChatClass | Chat): ChatClass {
  return typeof named === 'function' ? named : (named.constructor as ChatClass);
}

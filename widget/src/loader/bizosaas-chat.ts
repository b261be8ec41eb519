import { LivingWidget, type Source } from './living-widget.js';
import type { ChatEvent, ChatOptions } from './panel-contract.js';

/** Under this the class is found again, on itself and on the page's element. */
export const MARK = Symbol.for('bizosaas.chat');

/** Makes the class that hosts get. It keeps one living widget to itself, whatever the host does with the name. */
export function defineChat(source: Source) {
  let living: { readonly chat: BizOSaaSChat; readonly widget: LivingWidget } | null = null;

  class BizOSaaSChat {
    readonly #widget!: LivingWidget;

    /** The living one for the same user; for another user that one is wiped, and a new one is built. */
    constructor(options: ChatOptions = {}) {
      if (living?.widget.isFor(options)) {
        living.widget.adopt(options);
        return living.chat;
      }
      living?.widget.end(true);
      this.#widget = new LivingWidget(options, source);
      Object.defineProperty(this.#widget.element, MARK, { value: BizOSaaSChat });
      living = { chat: this, widget: this.#widget };
    }

    open(): void {
      this.#widget.setOpen(true);
    }

    close(): void {
      this.#widget.setOpen(false);
    }

    toggle(): void {
      this.#widget.setOpen(!this.#widget.opened);
    }

    /** Asks a question, as soon as there is a connection. */
    send(text: string): void {
      this.#widget.send(String(text));
    }

    /** A renewed token; another user's wipes what is shown and stored. */
    setToken(token: string): void {
      this.#widget.setToken(token);
    }

    setContext(context: Readonly<Record<string, unknown>>): void {
      this.#widget.update({ context });
    }

    /** `ready` reaches late listeners too. Out: a function that ends the listening. */
    on(event: ChatEvent, handler: (data: unknown) => void): () => void {
      this.#widget.events.on(event, handler);
      if (event === 'ready' && this.#widget.isReady) queueMicrotask(() => handler(undefined));
      return () => this.off(event, handler);
    }

    off(event: ChatEvent, handler?: (data: unknown) => void): void {
      this.#widget.events.off(event, handler);
    }

    /** Takes the widget off the page. The conversation stays in the history. */
    destroy(): void {
      this.#widget.end(false);
    }
  }

  Object.defineProperty(BizOSaaSChat, MARK, { value: BizOSaaSChat });
  return BizOSaaSChat;
}

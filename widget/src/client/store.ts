import { type Action, type ChatState, INITIAL, reduce } from '../state/chat-state.js';

/** Holds the state; tells its listeners of every change. */
export class Store {
  private current: ChatState = INITIAL;
  private readonly listeners = new Set<() => void>();

  get state(): ChatState {
    return this.current;
  }

  dispatch(action: Action): void {
    const next = reduce(this.current, action);
    if (next === this.current) return;
    this.current = next;
    for (const listener of this.listeners) listener();
  }

  /** Out: a function that ends the listening. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

type Handler = (data: unknown) => void;

/** Named events. A handler that throws neither stops the others nor the caller. */
export class Emitter {
  private readonly handlers = new Map<string, Set<Handler>>();

  on(event: string, handler: Handler): void {
    const known = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, known.add(handler));
  }

  off(event: string, handler?: Handler): void {
    if (handler) this.handlers.get(event)?.delete(handler);
    else this.handlers.delete(event);
  }

  emit(event: string, data?: unknown): void {
    for (const handler of [...(this.handlers.get(event) ?? [])]) {
      try {
        handler(data);
      } catch (thrown) {
        reportError(thrown);
      }
    }
  }

  clear(): void {
    this.handlers.clear();
  }
}

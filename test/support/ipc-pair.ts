import { MessageLink, type MessagePort } from '../../src/common/ipc/message-link.js';

/** Two ends of a pipe within this process: in order, never at once, everything copied as JSON as between processes. */
export function linkPair(): {
  here: MessageLink;
  there: MessageLink;
  stall: () => void;
  resume: () => void;
} {
  const ends = [new End(), new End()] as const;
  ends[0].other = ends[1];
  ends[1].other = ends[0];
  return {
    here: new MessageLink(ends[0]),
    there: new MessageLink(ends[1]),
    stall: () => ends.forEach((end) => (end.stalled = true)),
    resume: () => ends.forEach((end) => end.resume()),
  };
}

class End implements MessagePort {
  other: End | undefined;
  stalled = false;
  private readonly held: (() => void)[] = [];
  private listener: (message: unknown) => void = () => undefined;

  post(message: object, done: (error: Error | null) => void): void {
    const text = JSON.stringify(message);
    const deliver = (): void => {
      done(null);
      this.other?.listener(JSON.parse(text));
    };
    if (this.stalled || this.held.length > 0) this.held.push(deliver);
    else setImmediate(deliver);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.listener = listener;
  }

  resume(): void {
    this.stalled = false;
    for (const deliver of this.held.splice(0)) setImmediate(deliver);
  }
}

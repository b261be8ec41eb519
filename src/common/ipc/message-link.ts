/** One end of a pipe between two processes. */
export interface MessagePort {
  /** Calls `done` once the message has left this process, or with the reason why it never will. */
  post(message: object, done: (error: Error | null) => void): void;
  onMessage(listener: (message: unknown) => void): void;
}

interface Message {
  readonly chat: string;
  readonly body: unknown;
  /** A number that the answer repeats. */
  readonly id?: number;
}

interface Question {
  readonly resolve: (answer: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

const ANSWER = 'answer';
/** Characters that may wait for the other process to read. */
const MAX_IN_FLIGHT = 8 * 1024 * 1024;

/** What two processes of this service say to and ask of each other, over a pipe that keeps the order. */
export class MessageLink {
  private readonly handlers = new Map<string, (body: never) => unknown>();
  private readonly questions = new Map<number, Question>();
  private lastId = 0;
  private inFlight = 0;

  constructor(private readonly port: MessagePort) {
    port.onMessage((message) => void this.receive(message));
  }

  /** Characters said with their size that the pipe has not taken yet. */
  get waiting(): number {
    return this.inFlight;
  }

  /**
   * Says something; never throws, never waits.
   * In: the kind, what to say, and about how many characters that is. Out: false where too much waits already.
   */
  say(kind: string, body: unknown = null, size = 0): boolean {
    if (this.inFlight + size > MAX_IN_FLIGHT) return false;
    this.inFlight += size;
    this.port.post({ chat: kind, body }, () => (this.inFlight -= size));
    return true;
  }

  /** Asks and waits for the answer; undefined where none comes within `limitMs`. */
  ask<T>(kind: string, body: unknown, limitMs: number): Promise<T | undefined> {
    const id = ++this.lastId;
    return new Promise((resolve) => {
      const end = (answer: unknown): void => {
        clearTimeout(timer);
        this.questions.delete(id);
        resolve(answer as T | undefined);
      };
      const timer = setTimeout(() => end(undefined), limitMs);
      this.questions.set(id, { resolve: end, timer });
      this.port.post({ chat: kind, body, id }, (error) => error && end(undefined));
    });
  }

  /** Handles what the other side says or asks; what the handler returns is the answer. */
  on<T>(kind: string, handler: (body: T) => unknown): void {
    this.handlers.set(kind, handler);
  }

  private async receive(message: unknown): Promise<void> {
    if (!isMessage(message)) return;
    if (message.chat === ANSWER) {
      this.questions.get(message.id ?? 0)?.resolve(message.body);
      return;
    }
    const body = await this.handle(message);
    if (message.id === undefined) return;
    this.port.post({ chat: ANSWER, id: message.id, body }, () => undefined);
  }

  /** The handler itself is called in the order of arrival; a question whose handler fails is answered with nothing. */
  private async handle(message: Message): Promise<unknown> {
    try {
      return await this.handlers.get(message.chat)?.(message.body as never);
    } catch {
      return undefined;
    }
  }
}

function isMessage(message: unknown): message is Message {
  return typeof (message as Partial<Message> | null)?.chat === 'string';
}

/** One stream of messages. Made by a feature, whose schema judges what comes from other nodes. */
export interface Channel<T extends object = object> {
  /** Unique; made by `compositeKey`. */
  readonly name: string;
  /** Whose devices may care, made by `compositeKey`: a node hears everything of the audiences that it listens for. */
  readonly audience: string;
  /** Whether a message from another node has the form of this channel's messages. */
  readonly accepts: (message: unknown) => message is T;
}

export interface FanOutState {
  /** Whether messages reach other nodes, and theirs this one, as far as this node can tell. */
  readonly connected: boolean;
  /** Messages that other nodes were not given, since the start. */
  readonly lost: number;
  /** Messages from outside that had no acceptable form, since the start. */
  readonly refused: number;
}

/**
 * Carries what is already stored to whoever watches, on any node. At most once; a lost message loses nothing,
 * because readers fill gaps from the log. Messages are JSON-safe.
 */
export abstract class FanOut {
  /** The name of this node among those that the fan-out joins. */
  abstract readonly node: string;

  /** Gives `message` to every subscriber of `channel`: here before it returns, on other nodes soon. Never throws, never waits. */
  abstract publish<T extends object>(channel: Channel<T>, message: T): void;

  /** As `publish`, on this node alone. */
  abstract publishHere<T extends object>(channel: Channel<T>, message: T): void;

  /** Calls `listener` for each message of `channel` until the returned function is called. */
  abstract subscribe<T extends object>(channel: Channel<T>, listener: (message: T) => void): () => void;

  /**
   * Waits until other nodes' messages of the subscribed channel's audience arrive here, half a second at most.
   * Whoever says "you are connected" after it has missed nothing since.
   */
  abstract settled(channel: Channel): Promise<void>;

  /** Calls `listener` when messages of other nodes may have been missed here and arrive again. */
  abstract onRestored(listener: () => void): void;

  /** Calls `listener` when a message of this node did not get to the others. */
  abstract onLost(listener: () => void): void;

  abstract get state(): FanOutState;
}

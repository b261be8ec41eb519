/**
 * Carries what is already stored to whoever watches, on any node. At most once; a lost message loses nothing,
 * because readers fill gaps from the log. Channels are made by `compositeKey`.
 */
export abstract class FanOut {
  /** Gives `message` (JSON-safe) to every subscriber of `channel`, here and on other nodes. Never throws. */
  abstract publish(channel: string, message: object): void;
  /** Calls `listener` for each message of `channel` until the returned function is called. */
  abstract subscribe(channel: string, listener: (message: object) => void): () => void;
}

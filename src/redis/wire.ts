/** What a wire reports. */
export interface WireEvents {
  /** Text came for an audience, also this node's own. */
  readonly onText: (audience: string, text: string) => void;
  /** A text that `send` had taken did not get away. */
  readonly onLost: () => void;
  /** Texts may have been missed, and arrive again. */
  readonly onRestored: () => void;
}

/** Carries texts between nodes by audience. At most once; bounded in memory, whatever the other side does. */
export interface Wire {
  open(events: WireEvents): void;
  readonly connected: boolean;
  /** Out: false where the text is not carried. Never throws, never waits. */
  send(audience: string, text: string): boolean;
  /** From now on, or from when it is connected again, texts for this audience arrive. */
  listen(audience: string): void;
  leave(audience: string): void;
  /** Waits until texts for a listened audience arrive; for ever where the wire is cut. */
  settled(audience: string): Promise<void>;
}

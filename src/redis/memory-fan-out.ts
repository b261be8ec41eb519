import { Logger } from '@nestjs/common';
import { newId } from '../common/ids.js';
import { type Channel, FanOut, type FanOutState } from './fan-out.js';

interface Subscribers {
  readonly channel: Channel;
  readonly listeners: Set<(message: object) => void>;
}

/** Fan-out within one process. */
export class MemoryFanOut extends FanOut {
  readonly node: string = newId();
  private readonly logger = new Logger('fan-out');
  private readonly channels = new Map<string, Subscribers>();

  publish<T extends object>(channel: Channel<T>, message: T): void {
    this.publishHere(channel, message);
  }

  publishHere<T extends object>(channel: Channel<T>, message: T): void {
    const subscribers = this.channels.get(channel.name);
    if (!subscribers) return;
    for (const listener of [...subscribers.listeners]) {
      try {
        listener(message);
      } catch (error) {
        this.logger.error({ err: error }, 'a fan-out listener failed');
      }
    }
  }

  subscribe<T extends object>(channel: Channel<T>, listener: (message: T) => void): () => void {
    const subscribers = this.channels.get(channel.name) ?? { channel, listeners: new Set() };
    this.channels.set(channel.name, subscribers);
    const own = (message: object): void => listener(message as T);
    subscribers.listeners.add(own);
    return () => {
      subscribers.listeners.delete(own);
      if (subscribers.listeners.size === 0 && this.channels.get(channel.name) === subscribers)
        this.channels.delete(channel.name);
    };
  }

  /** The channel of that name, while it has subscribers here. */
  find(name: string): Channel | undefined {
    return this.channels.get(name)?.channel;
  }

  settled(_channel: Channel): Promise<void> {
    return Promise.resolve();
  }

  onRestored(_listener: () => void): void {
    return;
  }

  onLost(_listener: () => void): void {
    return;
  }

  get state(): FanOutState {
    return { connected: true, lost: 0, refused: 0 };
  }
}

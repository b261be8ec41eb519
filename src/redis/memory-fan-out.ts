import { Injectable, Logger } from '@nestjs/common';
import { FanOut } from './fan-out.js';

/** Fan-out within one process. */
@Injectable()
export class MemoryFanOut extends FanOut {
  private readonly logger = new Logger(MemoryFanOut.name);
  private readonly channels = new Map<string, Set<(message: object) => void>>();

  publish(channel: string, message: object): void {
    for (const listener of [...(this.channels.get(channel) ?? [])]) {
      try {
        listener(message);
      } catch (error) {
        this.logger.error({ err: error }, 'a fan-out listener failed');
      }
    }
  }

  subscribe(channel: string, listener: (message: object) => void): () => void {
    const listeners = this.channels.get(channel) ?? new Set();
    this.channels.set(channel, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.channels.get(channel) === listeners) this.channels.delete(channel);
    };
  }
}

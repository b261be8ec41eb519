import type { MessageLink } from '../common/ipc/message-link.js';
import type { HitWindows } from './hit-windows.js';
import type { Hit, WindowState } from './windows.js';

const KINDS = {
  increment: 'windows/increment',
  giveBack: 'windows/give-back',
  peek: 'windows/peek',
} as const;
const LIMIT_MS = 1_000;

type Increment = readonly [key: string, ttl: number, limit: number];

/** Rate limits over the workers of one machine: the supervisor counts. Calls throw where it does not answer. */
export class IpcWindows {
  constructor(private readonly link: MessageLink) {}

  increment(...hit: Increment): Promise<Hit> {
    return this.ask(KINDS.increment, hit);
  }

  async giveBack(key: string): Promise<void> {
    this.link.say(KINDS.giveBack, key);
  }

  peek(key: string): Promise<WindowState> {
    return this.ask(KINDS.peek, key);
  }

  private async ask<T>(kind: string, body: unknown): Promise<T> {
    const answer = await this.link.ask<T>(kind, body, LIMIT_MS);
    if (answer === undefined) throw new Error('The supervisor does not answer');
    return answer;
  }
}

/** The supervisor's end: counts for one worker in windows that all of them share. */
export function countFor(link: MessageLink, windows: HitWindows): void {
  link.on<Increment>(KINDS.increment, (hit) => windows.increment(...hit));
  link.on<string>(KINDS.giveBack, (key) => windows.giveBack(key));
  link.on<string>(KINDS.peek, (key) => windows.peek(key));
}

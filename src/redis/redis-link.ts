import { Logger } from '@nestjs/common';
import { createClient } from 'redis';
import { compositeKey } from '../common/ids.js';
import { withinTime } from '../common/within-time.js';

const CONNECT_TIMEOUT_MS = 2000;
const PROBE_EVERY_MS = 2000;
const PROBE_LIMIT_MS = 1000;
const SILENCE_LIMIT_MS = 10_000;
const MAX_QUEUED_COMMANDS = 10_000;
const MAX_RETRY_DELAY_MS = 5000;
const SERVICE = 'bizosaas-chat';

function connect(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_QUEUED_COMMANDS,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_LIMIT_MS,
      reconnectStrategy: (retries: number) => Math.min(100 * 2 ** Math.min(retries, 10), MAX_RETRY_DELAY_MS),
    },
  });
}

export type RedisClient = ReturnType<typeof connect>;

/**
 * The one connection of this process to Redis, for commands and subscriptions. It comes back by itself. A Redis
 * that is connected but does not answer counts as down: whoever looks at `up` first writes nothing, so that the
 * silence ends the connection.
 */
export class RedisLink {
  readonly client: RedisClient;
  private readonly logger = new Logger('Redis');
  private readonly listeners = new Set<() => void>();
  private readonly probe: NodeJS.Timeout;
  private reported = false;
  private answering = false;
  private probing = false;

  /** In: the address, and which installation of the service uses it: several may share one Redis. Does not wait. */
  constructor(
    url: string,
    private readonly installation: string,
  ) {
    this.client = connect(url);
    this.client.on('error', (error: NodeJS.ErrnoException) => this.failed(error.code ?? error.name));
    this.client.on('ready', () => this.answered());
    this.client.connect().catch(() => undefined);
    this.probe = setInterval(() => void this.ask(), PROBE_EVERY_MS);
    this.probe.unref();
  }

  /** Whether Redis answers, as far as is known. */
  get up(): boolean {
    return this.answering && this.client.isReady;
  }

  /** Calls `listener` each time that Redis answers again. */
  onUp(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Out: a key, or a part of one, of this installation, that no other ids give. */
  key(...parts: readonly string[]): string {
    return compositeKey(SERVICE, this.installation, ...parts);
  }

  /** Asks now. Out: whether Redis answered within a second. */
  async ping(): Promise<boolean> {
    return this.client.isReady && (await withinTime(this.client.ping(), PROBE_LIMIT_MS)) === 'PONG';
  }

  close(): void {
    clearInterval(this.probe);
    this.client.destroy();
  }

  /** One question at a time: a second one would keep a dead connection alive by being written. */
  private async ask(): Promise<void> {
    if (this.probing || !this.client.isReady) return;
    this.probing = true;
    const late = setTimeout(() => this.failed('no answer'), PROBE_LIMIT_MS);
    try {
      await this.client.ping();
      if (!this.answering) this.answered();
    } catch {
      this.answering = false;
    } finally {
      clearTimeout(late);
      this.probing = false;
    }
  }

  private answered(): void {
    this.answering = true;
    this.reported = false;
    this.logger.log('Redis answers');
    for (const listener of this.listeners) listener();
  }

  private failed(code: string): void {
    this.answering = false;
    if (this.reported) return;
    this.reported = true;
    this.logger.warn({ code }, 'Redis does not answer; the service goes on without it until it does');
  }
}

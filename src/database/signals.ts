import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { newId } from '../common/ids.js';
import { withinTime } from '../common/within-time.js';
import { DatabaseConfig } from '../config/config.js';

/** A kind of signal and the form of its body: ids only, a few hundred bytes. */
export interface Signal<T> {
  readonly kind: string;
  readonly schema: z.ZodType<T>;
}

const CHANNEL = 'chat_signals';
/** PostgreSQL refuses 8000 bytes and more. */
const MAX_BYTES = 7900;
const CONNECT_LIMIT_MS = 5_000;
const CHECK_EVERY_MS = 10_000;
const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 3_000;

/**
 * Signals between the nodes of one database, by NOTIFY: with or without Redis. A signal may be lost while this
 * node's or the other's connection is away; whoever sends one keeps a slower way that finds the same.
 */
@Injectable()
export class Signals implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('signals');
  private readonly node = newId();
  private readonly handlers = new Map<string, (body: unknown) => void>();
  private readonly restored = new Set<() => void>();
  private client: pg.Client | undefined;
  private closed = false;
  private refused = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly config: DatabaseConfig,
  ) {}

  /** Waits for the first connection, a few seconds at most; later ones are made in the background. */
  async onApplicationBootstrap(): Promise<void> {
    const first = new Promise<void>((resolve) => this.restored.add(resolve));
    void this.stayConnected();
    await withinTime(first, CONNECT_LIMIT_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    await this.client?.end().catch(() => undefined);
  }

  /** Whether signals of other nodes arrive. */
  get connected(): boolean {
    return this.client !== undefined;
  }

  /** How many signals came that had no acceptable form. */
  get refusals(): number {
    return this.refused;
  }

  /** Tells every other node. Out: whether the database took it; never throws for that. */
  async tell<T>(signal: Signal<T>, body: T): Promise<boolean> {
    const payload = JSON.stringify([this.node, signal.kind, body]);
    if (Buffer.byteLength(payload) > MAX_BYTES) throw new Error(`The signal ${signal.kind} is too long`);
    try {
      await this.dataSource.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
      return true;
    } catch (error) {
      this.logger.warn({ err: error, kind: signal.kind }, 'a signal could not be sent');
      return false;
    }
  }

  /** Calls `handler` for each signal of this kind from another node. */
  on<T>(signal: Signal<T>, handler: (body: T) => void): void {
    this.handlers.set(signal.kind, (body) => {
      const { success, data } = signal.schema.safeParse(body);
      if (success) handler(data);
      else this.refused += 1;
    });
  }

  /** Calls `listener` each time that signals arrive again; some may have been missed before. */
  onRestored(listener: () => void): void {
    this.restored.add(listener);
  }

  private async stayConnected(): Promise<void> {
    let wait = SHORTEST_WAIT_MS;
    while (!this.closed) {
      try {
        await this.listen(() => (wait = SHORTEST_WAIT_MS));
      } catch (error) {
        if (!this.closed)
          this.logger.warn({ err: error }, 'signals of other nodes do not arrive; connecting again');
      }
      await sleep(wait * (0.5 + Math.random()), undefined, { ref: false });
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  /** Listens until the connection breaks or stops answering, and throws then. */
  private async listen(onConnected: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: this.config.url,
      application_name: 'bizosaas-ai-chat-service signals',
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      keepAlive: true,
    });
    const broken = new Promise<never>((_, reject) => {
      client.once('error', reject);
      client.once('end', () => reject(new Error('the connection ended')));
    });
    broken.catch(() => undefined);
    client.on('notification', ({ payload }) => this.receive(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      if (this.closed) return;
      this.client = client;
      onConnected();
      for (const listener of this.restored) listener();
      await Promise.race([broken, this.watch(client)]);
    } finally {
      this.client = undefined;
      void client.end().catch(() => undefined);
    }
  }

  /** Asks something now and then: a connection may be dead without anybody saying so. */
  private async watch(client: pg.Client): Promise<never> {
    for (;;) {
      await sleep(CHECK_EVERY_MS, undefined, { ref: false });
      const answer = await withinTime(client.query('SELECT 1'), CONNECT_LIMIT_MS);
      if (!answer) throw new Error('the connection does not answer');
    }
  }

  private receive(payload: string): void {
    const parts = parse(payload);
    if (!parts) {
      this.refused += 1;
      return;
    }
    const [node, kind, body] = parts;
    if (node === this.node) return;
    try {
      this.handlers.get(kind)?.(body);
    } catch (error) {
      this.logger.error({ err: error, kind }, 'a signal could not be followed');
    }
  }
}

/** In: the payload of a notification. Out: node, kind and body; undefined for anything else. */
function parse(payload: string): [node: string, kind: string, body: unknown] | undefined {
  try {
    const parts: unknown = JSON.parse(payload);
    if (!Array.isArray(parts) || parts.length !== 3) return undefined;
    const [node, kind, body] = parts as unknown[];
    return typeof node === 'string' && typeof kind === 'string' ? [node, kind, body] : undefined;
  } catch {
    return undefined;
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { compositeKey } from '../../common/ids.js';
import { ChatConfig } from '../../config/config.js';
import { FanOut } from '../../redis/fan-out.js';
import { LiveService } from './live.service.js';
import { type DevicesNews, devicesChannel, type NodeNews, NODES } from './presence-events.js';

const ALIVE_EVERY_MS = 5_000;
/** Milliseconds of silence after which a node counts as dead, and its devices as gone. */
const DEAD_AFTER_MS = 15_000;
const ANNOUNCED_A_TURN = 200;

type User = Pick<Principal, 'tenantId' | 'userId'>;

/** The devices of one user, as long as one of them is here. */
interface Entry {
  readonly user: User;
  here: number;
  readonly elsewhere: Map<string, number>;
  told: number;
  leave: () => void;
}

/** Counts the connected devices of each user over all transports and nodes, and tells them. */
@Injectable()
export class PresenceService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly entries = new Map<string, Entry>();
  /** When each other node was last heard of; undefined for one that counts as dead. */
  private readonly nodes = new Map<string, number | undefined>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly live: LiveService,
    private readonly fanOut: FanOut,
    private readonly config: ChatConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.typing) return;
    this.fanOut.subscribe(NODES, (news) => this.onNode(news));
    this.fanOut.onRestored(() => void this.announceAll());
    this.timer = setInterval(() => this.beat(), ALIVE_EVERY_MS);
    this.timer.unref();
    this.beat();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    if (this.timer) this.fanOut.publish(NODES, { node: this.fanOut.node, going: true });
  }

  /** A device has come; the returned function says that it has gone. */
  arrive(principal: Principal): () => void {
    if (!this.config.typing) return () => undefined;
    this.change(principal, 1);
    let here = true;
    return () => {
      if (here) this.change(principal, -1);
      here = false;
    };
  }

  private change({ tenantId, userId }: User, by: 1 | -1): void {
    const key = compositeKey(tenantId, userId);
    const entry = this.entries.get(key) ?? this.open(key, { tenantId, userId });
    entry.here += by;
    if (entry.here === 0) {
      this.entries.delete(key);
      entry.leave();
    }
    this.announce(entry, by === 1 && entry.here === 1);
    this.tell(entry);
  }

  private open(key: string, user: User): Entry {
    const entry: Entry = { user, here: 0, elsewhere: new Map(), told: 0, leave: () => undefined };
    entry.leave = this.fanOut.subscribe(devicesChannel(user), (news) => this.onDevices(entry, news));
    this.entries.set(key, entry);
    return entry;
  }

  private announce(entry: Entry, ask: boolean): void {
    this.fanOut.publish(devicesChannel(entry.user), { node: this.fanOut.node, devices: entry.here, ask });
  }

  private onDevices(entry: Entry, { node, devices, ask }: DevicesNews): void {
    if (node === this.fanOut.node) return;
    this.nodes.set(node, performance.now());
    if (devices > 0) entry.elsewhere.set(node, devices);
    else entry.elsewhere.delete(node);
    if (ask) this.announce(entry, false);
    this.tell(entry);
  }

  private tell(entry: Entry): void {
    const devices = [...entry.elsewhere.values()].reduce((sum, count) => sum + count, entry.here);
    if (devices === entry.told) return;
    entry.told = devices;
    this.live.tellUserHere(entry.user, { kind: 'presence', devices });
  }

  private beat(): void {
    this.fanOut.publish(NODES, { node: this.fanOut.node, going: false });
    for (const [node, heardAt] of this.nodes) {
      if (heardAt !== undefined && performance.now() - heardAt > DEAD_AFTER_MS) this.forget(node);
    }
  }

  private onNode({ node, going }: NodeNews): void {
    if (node === this.fanOut.node) return;
    if (going) {
      this.forget(node);
      this.nodes.delete(node);
      return;
    }
    const cameBack = this.nodes.has(node) && this.nodes.get(node) === undefined;
    this.nodes.set(node, performance.now());
    if (cameBack) void this.announceAll();
  }

  private forget(node: string): void {
    this.nodes.set(node, undefined);
    for (const entry of this.entries.values()) if (entry.elsewhere.delete(node)) this.tell(entry);
  }

  /** Tells the other nodes of every user here, and asks for theirs. */
  private async announceAll(): Promise<void> {
    let announced = 0;
    for (const entry of this.entries.values()) {
      this.announce(entry, true);
      announced += 1;
      if (announced % ANNOUNCED_A_TURN === 0) await nextTurn();
    }
  }
}

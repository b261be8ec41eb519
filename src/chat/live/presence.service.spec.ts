import { linkPair } from '../../../test/support/ipc-pair.js';
import { parseEnv } from '../../config/env.schema.js';
import { ChatConfig } from '../../config/config.js';
import type { FanOut } from '../../redis/fan-out.js';
import { IpcRelay } from '../../redis/ipc-relay.js';
import { IpcWire } from '../../redis/ipc-wire.js';
import { WiredFanOut } from '../../redis/wired-fan-out.js';
import { LiveService } from './live.service.js';
import { PresenceService } from './presence.service.js';

const ann = { tenantId: 't', userId: 'ann', role: 'user', email: null } as const;

interface Node {
  readonly presence: PresenceService;
  readonly fanOut: FanOut;
  /** What Ann's devices on this node were told last. */
  readonly told: () => number | undefined;
  readonly die: () => void;
  readonly stall: () => void;
  readonly resume: () => void;
}

/** Nodes that a supervisor's relay joins; each of them shows Ann what it is told. */
function nodes(count: number, env: Record<string, string> = {}): Node[] {
  const relay = new IpcRelay();
  return Array.from({ length: count }, () => {
    const { here, there, stall, resume } = linkPair();
    const leave = relay.join(there);
    const fanOut = new WiredFanOut(new IpcWire(here));
    const live = new LiveService(fanOut, undefined as never, undefined as never);
    let told: number | undefined;
    live.onUser(ann, (news) => {
      if (news.kind === 'presence') told = news.devices;
    });
    const presence = new PresenceService(live, fanOut, new ChatConfig(parseEnv(env)));
    presence.onApplicationBootstrap();
    const die = (): void => {
      clearInterval((presence as unknown as { timer: NodeJS.Timeout }).timer);
      leave();
      stall();
    };
    return { presence, fanOut, told: () => told, die, stall, resume };
  });
}

describe('presence over nodes', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(50);

  it('counts the devices of a user on all nodes and tells each of them', async () => {
    const [one, two, three] = nodes(3);
    one!.presence.arrive(ann);
    await settle();
    expect(one!.told()).toBe(1);
    two!.presence.arrive(ann);
    const leave = three!.presence.arrive(ann);
    three!.presence.arrive(ann);
    await settle();
    expect([one!.told(), two!.told(), three!.told()]).toEqual([4, 4, 4]);
    leave();
    leave();
    await settle();
    expect([one!.told(), two!.told(), three!.told()]).toEqual([3, 3, 3]);
  });

  it('forgets the devices of a node that died, within 20 s', async () => {
    const [one, two] = nodes(2);
    one!.presence.arrive(ann);
    two!.presence.arrive(ann);
    await settle();
    two!.die();
    await jest.advanceTimersByTimeAsync(12_000);
    expect(one!.told()).toBe(2);
    await jest.advanceTimersByTimeAsync(8_100);
    expect(one!.told()).toBe(1);
  });

  it('forgets the devices of a node that says farewell at once', async () => {
    const [one, two] = nodes(2);
    one!.presence.arrive(ann);
    two!.presence.arrive(ann);
    await settle();
    two!.presence.onApplicationShutdown();
    await settle();
    expect(one!.told()).toBe(1);
  });

  it('counts again when a node that seemed dead is heard of', async () => {
    const [one, two] = nodes(2);
    one!.presence.arrive(ann);
    two!.presence.arrive(ann);
    await settle();
    two!.stall();
    await jest.advanceTimersByTimeAsync(21_000);
    expect([one!.told(), two!.told()]).toEqual([1, 1]);
    two!.resume();
    await jest.advanceTimersByTimeAsync(6_000);
    expect([one!.told(), two!.told()]).toEqual([2, 2]);
  });

  it('says nothing where typing and presence are switched off', async () => {
    const [one, two] = nodes(2, { ENABLE_TYPING_INDICATORS: 'false' });
    const published = jest.spyOn(one!.fanOut, 'publish');
    one!.presence.arrive(ann)();
    two!.presence.arrive(ann);
    await settle();
    expect([one!.told(), published.mock.calls]).toEqual([undefined, []]);
  });
});

import { z } from 'zod';
import type { Principal } from '../../auth/principal.js';
import { compositeKey } from '../../common/ids.js';
import type { Channel } from '../../redis/fan-out.js';
import { userAudience } from '../../runs/run-channel.js';

const NodeId = z.string().min(1).max(64);

const DevicesNews = z.object({
  node: NodeId,
  /** Devices of the user on that node. */
  devices: z.int().nonnegative(),
  /** True where that node wants to know those of the others. */
  ask: z.boolean(),
});
export type DevicesNews = Readonly<z.infer<typeof DevicesNews>>;

const NodeNews = z.object({
  node: NodeId,
  /** True where that node is about to end. */
  going: z.boolean(),
});
export type NodeNews = Readonly<z.infer<typeof NodeNews>>;

/** Where nodes that have devices of one user tell each other how many. */
export function devicesChannel(user: Pick<Principal, 'tenantId' | 'userId'>): Channel<DevicesNews> {
  return {
    name: compositeKey('devices', user.tenantId, user.userId),
    audience: userAudience(user),
    accepts: (message): message is DevicesNews => DevicesNews.safeParse(message).success,
  };
}

/** Where every node says that it is alive. */
export const NODES: Channel<NodeNews> = {
  name: 'nodes',
  audience: 'nodes',
  accepts: (message): message is NodeNews => NodeNews.safeParse(message).success,
};

import { setTimeout as sleep } from 'node:timers/promises';
import type { LinkFault } from '../net/tcp-proxy.js';
import { findOwner } from './nodes.js';
import type { Round } from './round.js';

/** Kills PostgreSQL with all its processes; it comes back after a moment. */
export async function killPostgres(round: Round): Promise<void> {
  round.note('postgres killed');
  round.cluster.postgres.killTree();
  await sleep(round.random.whole(500, 3000));
  await round.cluster.postgres.restart();
  round.note('postgres back');
  await sleep(3000);
}

/** Ends every connection that the nodes have to PostgreSQL. */
export async function terminateBackends(round: Round): Promise<void> {
  round.note('backends terminated');
  await round.cluster.database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'bizosaas-ai-chat-service' AND pid <> pg_backend_pid()`,
  );
  await sleep(1500);
}

/** Redis is emptied, stalls, dies and comes back. */
export async function breakRedis(round: Round): Promise<void> {
  const { redis } = round.cluster;
  round.note('FLUSHALL');
  await redis.command('FLUSHALL');
  await sleep(1000);
  round.note('redis stalled');
  redis.stall();
  await sleep(2500);
  redis.resume();
  round.note('redis killed');
  await redis.kill();
  await sleep(2500);
  await redis.restart();
  round.note('redis back');
  await sleep(1500);
}

type LinkName = 'front' | 'postgres' | 'redis' | 'model';

/** What links do wrong, one after the other, each for a moment. */
const LINK_FAULTS: readonly { link: LinkName; name: string; fault: LinkFault | 'cut'; ms: number }[] = [
  { link: 'front', name: 'clients cut', fault: 'cut', ms: 500 },
  { link: 'front', name: 'clients cut in the middle of a frame', fault: { cutAfter: 2500 }, ms: 2500 },
  { link: 'front', name: 'what clients send comes twice', fault: { duplicate: true }, ms: 2500 },
  { link: 'postgres', name: 'postgres slow', fault: { delayMs: 120 }, ms: 2500 },
  { link: 'postgres', name: 'postgres silent', fault: { stall: true }, ms: 2500 },
  { link: 'postgres', name: 'postgres cut', fault: 'cut', ms: 500 },
  { link: 'redis', name: 'redis silent', fault: { stall: true }, ms: 1500 },
  { link: 'redis', name: 'redis cut', fault: 'cut', ms: 500 },
  { link: 'model', name: 'model slow', fault: { delayMs: 200 }, ms: 1500 },
  { link: 'model', name: 'model cut', fault: 'cut', ms: 500 },
  { link: 'model', name: 'model deaf', fault: { deaf: true }, ms: 1500 },
];

/** Every fault of every link, on one node each, in turn. */
export async function breakLinks(round: Round): Promise<void> {
  for (const { link, name, fault, ms } of LINK_FAULTS) {
    const node = round.random.pick(round.cluster.nodes);
    round.note(name, node);
    if (fault === 'cut') node.links[link]?.cut();
    else node.links[link]?.set(fault);
    await sleep(ms);
    node.links[link]?.heal();
  }
}

/** A node that PostgreSQL is out of reach for, longer than its leases hold. */
export async function partition(round: Round): Promise<void> {
  const node = await findOwner(round);
  await round.lose('partition', node, () => node.links.postgres.set({ stall: true }));
  await round.takenOver();
  node.links.postgres.cut();
  node.links.postgres.heal();
  await sleep(2000);
}

import { startTestRedis } from '../../scripts/lib/test-redis.mjs';
import { startSubject } from './subjects.mjs';

/**
 * Starts nodes of the service that share the database and a Redis: that of TEST_REDIS_URL, or one of their own.
 * In: the bench's surroundings, how many, and the answers of their model. Out: `{ nodes, redisUrl, stop }`.
 */
export async function startNodes(around, count, model) {
  const redis = await startTestRedis();
  const redisUrl = redis.env.TEST_REDIS_URL ?? process.env.TEST_REDIS_URL;
  const nodes = [];
  const stop = async () => {
    await Promise.all(nodes.map(({ program }) => program.stop()));
    await redis.stop();
  };
  try {
    while (nodes.length < count) {
      nodes.push(await startSubject(around, 'service', { ...model, env: { REDIS_URL: redisUrl } }));
    }
    return { nodes, redisUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

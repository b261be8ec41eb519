import { createHash } from 'node:crypto';
import { newId } from '../common/ids.js';
import type { RedisLink } from './redis-link.js';
import { type Hit, toHit, type WindowState } from './windows.js';

/** Hits as a sorted set by the time at which each leaves the window, by the clock of Redis. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const INCREMENT = `${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
local hits = redis.call('ZCARD', KEYS[1])
local blocked = hits >= tonumber(ARGV[2])
if not blocked then
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[1]), ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  hits = hits + 1
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {hits, blocked and 1 or 0, oldest[2] and oldest[2] - now or tonumber(ARGV[1])}
`;

const PEEK = `${NOW}
local hits = redis.call('ZCOUNT', KEYS[1], string.format('(%.0f', now), '+inf')
if hits == 0 then return {0, 0, 0} end
local oldest = redis.call('ZRANGEBYSCORE', KEYS[1], string.format('(%.0f', now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
local newest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
return {hits, oldest[2] - now, newest[2] - now}
`;

/** Rate limits over all nodes. Every call throws where Redis does not answer, is full, or knows no scripts. */
export class RedisWindows {
  constructor(private readonly link: RedisLink) {}

  async increment(key: string, ttl: number, limit: number): Promise<Hit> {
    const [hits, blocked, oldest] = await this.run(INCREMENT, key, [String(ttl), String(limit), newId()]);
    return toHit(hits, blocked === 1, oldest);
  }

  async giveBack(key: string): Promise<void> {
    await this.link.client.zPopMax(this.link.key('window', key));
  }

  async peek(key: string): Promise<WindowState> {
    const [hits, oldestLeavesIn, emptyIn] = await this.run(PEEK, key, []);
    return { hits, oldestLeavesIn, emptyIn };
  }

  /** Names the script by its digest; sends it only where Redis does not know it yet. */
  private async run(
    script: string,
    key: string,
    given: readonly string[],
  ): Promise<[first: number, second: number, third: number]> {
    const options = { keys: [this.link.key('window', key)], arguments: [...given] };
    const reply = await this.link.client
      .evalSha(createHash('sha1').update(script).digest('hex'), options)
      .catch((error: Error) => {
        if (!error.message.startsWith('NOSCRIPT')) throw error;
        return this.link.client.eval(script, options);
      });
    return reply as [number, number, number];
  }
}

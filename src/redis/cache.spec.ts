import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createCache } from 'cache-manager';
import { type CacheStore, memoryStore, openCacheStore } from './cache-store.js';
import { ManagedCache } from './managed-cache.js';
import { RedisLink } from './redis-link.js';

const links: RedisLink[] = [];
const servers: Server[] = [];

function cacheOver(store: CacheStore): ManagedCache {
  return new ManagedCache(createCache({ stores: [store.keyv] }) as never, store);
}

function linkTo(url: string): RedisLink {
  const link = new RedisLink(url, 'test');
  links.push(link);
  return link;
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

afterEach(async () => {
  for (const link of links.splice(0)) link.close();
  for (const server of servers.splice(0)) server.close();
  jest.restoreAllMocks();
});

describe('a cache in memory', () => {
  it('gives back what was set, until its time is over', async () => {
    const cache = cacheOver(openCacheStore(undefined));
    await cache.set('a', { role: 'user' }, 40);
    expect(await cache.get('a')).toEqual({ role: 'user' });
    await sleep(60);
    expect(await cache.get('a')).toBeUndefined();
  });

  it('forgets what was deleted and keeps nothing for no time', async () => {
    const cache = cacheOver(openCacheStore(undefined));
    await cache.set('a', 1, 1000);
    await cache.delete('a');
    await cache.set('b', 1, 0);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('b')).toBeUndefined();
  });

  it('holds a limited number of entries and drops what was used longest ago', async () => {
    const cache = cacheOver(memoryStore(2));
    await cache.set('a', 1, 1000);
    await cache.set('b', 2, 1000);
    await cache.get('a');
    await cache.set('c', 3, 1000);
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual([1, undefined, 3]);
  });

  it('answers a ping', async () => {
    expect(await cacheOver(openCacheStore(undefined)).ping()).toBe(true);
  });
});

describe('a cache whose Redis is gone', () => {
  it('looks empty at once, says so once, and fails no call', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const gone = createServer();
    const port = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    const cache = cacheOver(openCacheStore(linkTo(`redis://:s3cret-canary@127.0.0.1:${port}/0`)));
    const started = Date.now();
    await cache.set('a', 1, 1000);
    await cache.delete('a');
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.ping()).toBe(false);
    expect(Date.now() - started).toBeLessThan(900);
    await sleep(500);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(warn.mock.calls)).not.toContain('s3cret-canary');
  });

  it('does not wait for a Redis that accepts and then stays silent', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const port = await listen(createServer((socket) => socket.on('error', () => undefined)));
    const cache = cacheOver(openCacheStore(linkTo(`redis://127.0.0.1:${port}`)));
    await sleep(50);
    const started = Date.now();
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.ping()).toBe(false);
    expect(Date.now() - started).toBeLessThan(1500);
  });
});

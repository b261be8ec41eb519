import { Logger } from '@nestjs/common';
import { RedisLink } from '../../src/redis/redis-link.js';
import { RedisWire } from '../../src/redis/redis-wire.js';
import { WiredFanOut } from '../../src/redis/wired-fan-out.js';
import { eventually } from '../support/client.js';
import {
  collect,
  describeFanOut,
  describeJoinedNodes,
  type JoinedNodes,
  noteChannel,
} from '../support/fan-out-contract.js';

import { OwnRedis, sharedRedisUrl } from '../support/redis.js';

Logger.overrideLogger(false);

const open = async (url: string, installation: string): Promise<{ link: RedisLink; fanOut: WiredFanOut }> => {
  const link = new RedisLink(url, installation);
  const fanOut = new WiredFanOut(new RedisWire(link));
  await eventually(() => link.up);
  return { link, fanOut };
};

const installation = (): string => `test-${Math.random()}`;

async function twoNodes(redis?: OwnRedis): Promise<JoinedNodes> {
  const url = redis?.url ?? sharedRedisUrl();
  const name = installation();
  const nodes = await Promise.all([open(url, name), open(url, name)]);
  return {
    here: nodes[0].fanOut,
    there: nodes[1].fanOut,
    cut: () => redis?.kill(),
    mend: () => redis?.restart(),
    close: async () => {
      nodes.forEach(({ link }) => link.close());
      await redis?.kill();
    },
  };
}

describeFanOut('the fan-out over Redis', () => twoNodes());
describeJoinedNodes('the fan-out over Redis', async () => twoNodes(await OwnRedis.start()));

describe('the fan-out over Redis', () => {
  it('keeps installations apart that share one Redis', async () => {
    const [one, other] = await Promise.all(
      [installation(), installation()].map((name) => open(sharedRedisUrl(), name)),
    );
    const channel = noteChannel('ann');
    const { texts } = collect(other!.fanOut, channel);
    const mine = await open(sharedRedisUrl(), 'third');
    await other!.fanOut.settled(channel);
    one!.fanOut.publish(channel, { text: 'not yours' });
    await one!.link.client.ping();
    await other!.link.client.ping();
    expect(texts).toEqual([]);
    for (const { link } of [one!, other!, mine]) link.close();
  });

  it('drops what is no message of this service, and counts it', async () => {
    const name = installation();
    const { link, fanOut } = await open(sharedRedisUrl(), name);
    const channel = noteChannel('ann');
    const { texts } = collect(fanOut, channel);
    await fanOut.settled(channel);
    const stranger = await open(sharedRedisUrl(), name);
    for (const garbage of [
      '',
      'no json',
      '{}',
      '[1,2,3]',
      '["n","x"]',
      'null',
      `["n","${channel.name}",null]`,
    ]) {
      await stranger.link.client.publish(`${link.key('fan-out')}/${channel.audience}`, garbage);
    }
    await stranger.link.client.publish(
      `${link.key('fan-out')}/${channel.audience}`,
      JSON.stringify(['n', channel.name, { text: 'fine' }]),
    );
    await eventually(() => texts.length > 0);
    expect(texts).toEqual(['fine']);
    expect(fanOut.state.refused).toBe(7);
    for (const node of [link, stranger.link]) node.close();
  });

  it('holds one subscription a user, and none for who has left', async () => {
    const redis = await OwnRedis.start();
    const { link, fanOut } = await open(redis.url, 'one');
    const leaves = ['s1', 's2', 's3'].map((session) => collect(fanOut, noteChannel('ann', session)).leave);
    await fanOut.settled(noteChannel('ann', 's1'));
    expect(await redis.command('PUBSUB CHANNELS')).toMatch(/^\*1\r/);
    leaves.forEach((leave) => leave());
    await eventually(async () => (await redis.command('PUBSUB CHANNELS')).startsWith('*0'));
    link.close();
    await redis.kill();
  });

  it('neither waits nor hoards while Redis is silent, and goes on when it answers', async () => {
    const redis = await OwnRedis.start();
    const nodes = await twoNodes(redis);
    const { here, there } = nodes as Required<JoinedNodes>;
    const channel = noteChannel('ann');
    const { texts } = collect(there, channel);
    await there.settled(channel);
    redis.stall();
    const text = 'x'.repeat(100_000);
    const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
    for (let count = 0; count < 2000; count += 1) {
      here.publish(channel, { text });
      if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const grown = process.memoryUsage().heapUsed + process.memoryUsage().external - before;
    expect(grown).toBeLessThan(100 * 1024 * 1024);
    expect(here.state.lost).toBeGreaterThan(1800);
    await eventually(() => !here.state.connected);
    redis.resume();
    await eventually(() => here.state.connected && there.state.connected);
    await eventually(() => {
      here.publish(channel, { text: 'again' });
      return texts.includes('again');
    });
    await nodes.close();
  });

  it('works alone from the start where Redis is not there yet, and joins when it comes', async () => {
    const redis = await OwnRedis.start();
    await redis.kill();
    const links = [new RedisLink(redis.url, 'one'), new RedisLink(redis.url, 'one')];
    const [here, there] = links.map((link) => new WiredFanOut(new RedisWire(link)));
    const channel = noteChannel('ann');
    const [mine, theirs] = [collect(here!, channel), collect(there!, channel)];
    here!.publish(channel, { text: 'alone' });
    expect([mine.texts, here!.state.connected, here!.state.lost]).toEqual([['alone'], false, 1]);
    await redis.restart();
    await eventually(() => {
      here!.publish(channel, { text: 'joined' });
      return theirs.texts.includes('joined');
    });
    for (const link of links) link.close();
    await redis.kill();
  });
});

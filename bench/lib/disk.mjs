import { randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './statistics.mjs';

const FILE = 16 * 2 ** 20;
const BLOCK = 8192;
const EVERY = 20;

/**
 * How long the disk below `folder` takes to make 8 kB durable (fdatasync), as PostgreSQL has to before a commit counts.
 * In: the folder, and how many writes, one every 20 ms. Out: `{ p50, p99, max }` in milliseconds.
 */
async function measureFlush(folder, writes) {
  const path = join(folder, `flush-${randomBytes(4).toString('hex')}`);
  const file = openSync(path, 'w+');
  try {
    writeSync(file, Buffer.alloc(FILE, 1));
    fsyncSync(file);
    const times = [];
    for (let count = 0; count < writes; count += 1) {
      writeSync(file, Buffer.alloc(BLOCK, 2), 0, BLOCK, (count * BLOCK) % FILE);
      const begin = performance.now();
      fdatasyncSync(file);
      times.push(performance.now() - begin);
      await sleep(EVERY);
    }
    return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: Math.max(...times) };
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

/** Measures it and says it once: the slowest of paced answers wait for it. Out: as above. */
export async function sayFlush(folder, writes, say) {
  const flush = await measureFlush(folder, writes);
  const [p50, p99, max] = [flush.p50, flush.p99, flush.max].map((time) => time.toFixed(2));
  say(`Making 8 kB durable in ${folder} takes ${p50} ms at the median, p99 ${p99}, at most ${max}.`);
  return flush;
}

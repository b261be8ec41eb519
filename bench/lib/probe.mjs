/**
 * Loaded into every measured program by `node --import`: answers what the bench asks over the channel of fork.
 * Costs nothing while nobody asks. The program ends when the bench does.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

let profiler;

const answers = {
  /** Milliseconds of processor time, all threads. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  /** Bytes after a full collection. */
  memory: async () => {
    for (let i = 0; i < 3; i += 1) {
      globalThis.gc?.();
      await sleep(100);
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, heap: heapUsed + external };
  },
  profileStart: async () => {
    const { Session } = await import('node:inspector/promises');
    profiler = new Session();
    profiler.connect();
    await profiler.post('Profiler.enable');
    await profiler.post('Profiler.setSamplingInterval', { interval: 250 });
    await profiler.post('Profiler.start');
  },
  profileStop: async (file) => {
    const { profile } = await profiler.post('Profiler.stop');
    await writeFile(file, JSON.stringify(profile));
    profiler.disconnect();
  },
};

process.on('message', async ({ id, ask, argument }) => {
  const answer = await answers[ask]?.(argument);
  process.send?.({ id, answer });
});
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

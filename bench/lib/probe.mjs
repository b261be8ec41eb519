/**
 * Loaded into every measured program by `node --import`: answers what the bench asks over the channel of fork.
 * Costs nothing while nobody asks. The program ends when the bench does. Workers of a measured program load it too and
 * stay silent: their supervisor answers for them.
 */
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds in which Linux counts the time of a process. */
const TICK = 10;

let profiler;

const workers = () => Object.values(cluster.workers ?? {});

/** Milliseconds of processor time of another process, all threads. */
function cpuOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) * TICK;
  } catch {
    return 0;
  }
}

const answers = {
  /** Milliseconds of processor time, all threads, all workers. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return workers().reduce((sum, worker) => sum + cpuOf(worker.process.pid), (user + system) / 1000);
  },
  /** How many workers take connections. */
  listening: () => workers().filter((worker) => worker.state === 'listening').length,
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

if (!cluster.isWorker) {
  process.on('message', async ({ id, ask, argument }) => {
    const answer = await answers[ask]?.(argument);
    process.send?.({ id, answer });
  });
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

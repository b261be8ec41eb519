import cluster from 'node:cluster';
import { MessageLink } from '../../common/ipc/message-link.js';
import type { WorkerProcess } from './worker-process.js';

/**
 * Starts worker processes that share one port: connections go to them in turn.
 * In: the program that each of them runs. Out: starts one.
 */
export function clusterWorkers(exec: string): () => WorkerProcess {
  cluster.setupPrimary({ exec, args: [], serialization: 'advanced' });
  return () => {
    const worker = cluster.fork();
    worker.on('error', () => undefined);
    const link = new MessageLink({
      post: (message, done) => {
        if (!worker.isConnected()) return done(new Error('the worker is gone'));
        worker.send(message as never, undefined, done);
      },
      onMessage: (listener) => worker.on('message', listener),
    });
    return {
      pid: worker.process.pid ?? 0,
      link,
      kill: (signal) => worker.process.kill(signal),
      onExit: (listener) =>
        worker.once('exit', (code, signal) => listener(signal ? `killed by ${signal}` : `exit code ${code}`)),
    };
  };
}

/** The worker's end: its link to the supervisor. */
export function linkToSupervisor(): MessageLink {
  return new MessageLink({
    post: (message, done) => {
      if (!process.connected) return done(new Error('the supervisor is gone'));
      process.send?.(message, undefined, undefined, done);
    },
    onMessage: (listener) => process.on('message', listener),
  });
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, StepError } from '../../scripts/lib/run.mjs';

const PROBE = join(ROOT, 'bench', 'lib', 'probe.mjs');
const READY_WITHIN = 60_000;
const STOP_WITHIN = 15_000;

/** A program in a process of its own, with the probe in it. */
class Program {
  port = 0;
  #child;
  #name;
  #asked = new Map();
  #output = '';
  #exited;

  constructor(name, child) {
    this.#name = name;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (this.#output = (this.#output + chunk).slice(-4000)));
    }
    this.#exited = new Promise((done) => {
      child.once('error', (error) => (this.#output += error.message));
      child.once('close', () => {
        for (const { reject } of this.#asked.values()) reject(this.#ended());
        this.#asked.clear();
        done();
      });
    });
    child.on('message', (message) => this.#hear(message));
  }

  /** Waits until the program says, or `probe` finds, that it serves. Throws with its output where it does not. */
  async ready(probe) {
    const told = new Promise((done) => this.#asked.set('ready', { resolve: done, reject: () => undefined }));
    const timer = new Promise((_, reject) => {
      setTimeout(
        () => reject(new StepError(`${this.#name} was not ready in time:\n${this.#output}`)),
        READY_WITHIN,
      ).unref();
    });
    const ended = this.#exited.then(() => {
      throw this.#ended();
    });
    const { port } = await Promise.race([probe ? probe() : told, timer, ended]);
    ended.catch(() => undefined);
    timer.catch(() => undefined);
    this.port = port;
  }

  /** The end of what it wrote to stdout and stderr. */
  get output() {
    return this.#output;
  }

  /** Milliseconds of processor time so far, workers included. */
  cpu() {
    return this.#ask('cpu');
  }

  /** How many of its workers take connections. */
  listening() {
    return this.#ask('listening');
  }

  /** `{ rss, heap }` in bytes, after a full collection. */
  memory() {
    return this.#ask('memory');
  }

  async profile(file, work) {
    await this.#ask('profileStart');
    const result = await work();
    await this.#ask('profileStop', file);
    return result;
  }

  async stop() {
    this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN);
    await this.#exited;
    clearTimeout(force);
  }

  #ask(ask, argument) {
    return new Promise((resolve, reject) => {
      const id = `${ask}-${this.#asked.size}-${Math.random()}`;
      this.#asked.set(id, { resolve, reject });
      this.#child.send({ id, ask, argument }, (error) => {
        if (error) reject(this.#ended());
      });
    });
  }

  #hear({ id, answer, ready }) {
    const key = ready ? 'ready' : id;
    this.#asked.get(key)?.resolve(ready ?? answer);
    this.#asked.delete(key);
  }

  #ended() {
    return new StepError(`${this.#name} ended unexpectedly:\n${this.#output}`);
  }
}

/**
 * Starts a program and waits until it serves.
 * In: its name and file, its whole environment, the folder to run in, a prefix that places it on a core,
 * and `probe`, which resolves with `{ port }` where the program does not tell its port itself.
 */
export async function startProgram({ name, file, env = {}, cwd = ROOT, place = [], probe }) {
  const command = [...place, process.execPath, '--expose-gc', '--import', PROBE, file];
  const child = spawn(command[0], command.slice(1), {
    cwd,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const program = new Program(name, child);
  try {
    await program.ready(probe);
    return program;
  } catch (error) {
    await program.stop();
    throw error;
  }
}

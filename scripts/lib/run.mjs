import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** A failed step of a script, told to a person; scripts print the message alone. */
export class StepError extends Error {}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a program in the project's folder and waits for it; SIGTERM is passed on.
 * In: the program, its arguments, options of spawn; `quiet` keeps its output and gives it back.
 * Out: `{ code, signal, output }`; a program that cannot be started has code 127.
 */
export function run(program, args, { quiet = false, ...options } = {}) {
  return new Promise((done) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      ...options,
    });
    const pass = (signal) => child.kill(signal);
    process.on('SIGTERM', pass);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    const end = (code, signal) => {
      process.off('SIGTERM', pass);
      done({ code, signal, output });
    };
    child.once('error', (error) => {
      output += error.message;
      end(127, null);
    });
    child.once('close', end);
  });
}

/** Runs the main function of a script: a StepError is one sentence, anything else a bug with its stack. */
export async function script(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`\n${error instanceof StepError ? error.message : (error?.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}

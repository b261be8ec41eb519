import type { ToolManifest } from './tool.contract.js';
import { toolTimeout } from './tools.errors.js';

/**
 * Lets work run for as long as a tool may. What it gives afterwards is dropped, whether it minds its signal or not.
 * Throws what the work throws, TOOL_TIMEOUT, or the reason of `signal`.
 */
export async function withinTime<T>(
  { name, effect, timeout }: Pick<ToolManifest, 'name' | 'effect' | 'timeout'>,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(toolTimeout(name, effect === 'write', timeout)), timeout);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<T>((resolve, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), {
        once: true,
      });
      work(controller.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

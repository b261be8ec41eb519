/**
 * Out: what `work` gives, or undefined when it fails or takes longer than `limitMs`. What has arrived while this process
 * itself was busy counts as in time: the event loop reads sockets between its timers and its immediates.
 */
export async function withinTime<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => setImmediate(resolve, undefined), limitMs);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

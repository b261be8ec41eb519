import { useEffect, useState } from 'preact/hooks';

/** In: milliseconds since 1970. Out: the seconds until then; `done` is called when they are over. */
export function useCountdown(until: number | undefined, done: () => void): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (until === undefined) return;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= until) done();
    }, 500);
    return () => clearInterval(timer);
  }, [until]);
  return until === undefined ? 0 : Math.max(0, Math.ceil((until - now) / 1000));
}

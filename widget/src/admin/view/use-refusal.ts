import { useEffect } from 'preact/hooks';
import type { Loaded } from '../report/use-load.js';

/** A token that is not accepted ends the session. In: what was loaded with it, and what to do then. */
export function useRefusal({ problem }: Loaded<unknown>, leave: () => void): void {
  useEffect(() => {
    if (problem?.status === 401) leave();
  }, [problem]);
}

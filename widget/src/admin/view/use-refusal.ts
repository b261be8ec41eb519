import { useEffect } from 'preact/hooks';
import type { Loaded } from '../report/use-load.js';

/** A token that is not accepted ends the session. */
export function useRefusal({ problem }: Loaded<unknown>, onLeave: (refused: boolean) => void): void {
  useEffect(() => {
    if (problem?.status === 401) onLeave(true);
  }, [problem]);
}

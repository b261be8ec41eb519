import { useEffect } from 'preact/hooks';
import type { Loaded } from '../report/use-load.js';
import type { Leaving } from './query.js';

/** A token that is not accepted ends the session. */
export function useRefusal({ problem }: Loaded<unknown>, onLeave: (how: Leaving) => void): void {
  useEffect(() => {
    if (problem?.status === 401) onLeave('refused');
  }, [problem]);
}

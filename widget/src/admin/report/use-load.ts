import { useEffect, useState } from 'preact/hooks';
import { ChatError, toChatError } from '../../client/chat-error.js';

export interface Loaded<T> {
  readonly value?: T;
  readonly problem?: ChatError;
  readonly busy: boolean;
  /** Loads once more; what was there stays meanwhile. */
  again(): void;
}

/** In: what loads, and what it depends on. Out: what came of the newest load with that key, and never of another. */
export function useLoad<T>(load: () => Promise<T>, key: string): Loaded<T> {
  const [turn, setTurn] = useState(0);
  const [known, setKnown] = useState<Omit<Loaded<T>, 'again'> & { key: string }>({ key, busy: true });
  useEffect(() => {
    let live = true;
    const tell = (news: Omit<Loaded<T>, 'again'>) =>
      live && setKnown((was) => ({ ...(was.key === key ? { value: was.value } : {}), ...news, key }));
    tell({ busy: true });
    load().then(
      (value) => tell({ value, busy: false }),
      (error: unknown) =>
        tell({ problem: error instanceof ChatError ? error : toChatError(null), busy: false }),
    );
    return () => {
      live = false;
    };
  }, [key, turn]);
  const shown = known.key === key ? known : { busy: true };
  return { ...shown, again: () => setTurn((count) => count + 1) };
}

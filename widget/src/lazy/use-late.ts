import { useEffect, useState } from 'preact/hooks';
import type { Late } from './late.js';

/** Draws again when `late` has come or could not be fetched; what came between the first drawing and its effect counts. */
export function useLate<T>(late: Late<T>): { readonly value: T | undefined; readonly failed: boolean } {
  const [failed, setFailed] = useState<boolean | null>(late.value === undefined ? null : false);
  useEffect(() => late.watch((value) => setFailed(value === undefined)), [late]);
  return { value: late.value, failed: failed === true };
}

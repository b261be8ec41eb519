import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Puts the focus on what just came in place of something else, so that a keyboard goes on there; where it is in
 * another page, it stays there. In: whether it did.
 */
export function useFocus(came: boolean): RefObject<HTMLElement | null> {
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (came && document.hasFocus()) place.current?.focus({ preventScroll: true });
  }, []);
  return place;
}

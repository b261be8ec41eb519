import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { sheet } from './sheet.js';

const made = new Map<string, CSSStyleSheet>();

/** Brings the rules of a part that is loaded late into the shadow root around it, once, before it is seen. */
export function useSheet(place: RefObject<Element | null>, css: string): void {
  useLayoutEffect(() => {
    const root = place.current?.getRootNode();
    if (!(root instanceof ShadowRoot)) return;
    const rules = made.get(css) ?? sheet(css);
    made.set(css, rules);
    if (!root.adoptedStyleSheets.includes(rules))
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, rules];
  }, []);
}

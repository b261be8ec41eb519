import { useLayoutEffect, useRef, useState } from 'preact/hooks';

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * The focus among rows: the arrow keys move it, Tab leaves the list from whichever has it, and where a row goes its
 * neighbour gets it. Rows carry `data-row` with their id; what stands above the list carries `data-above`.
 */
export function useRows(ids: readonly string[]) {
  const place = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const wanted = useRef<readonly (string | undefined)[] | null>(null);
  const rowOf = (id: string | undefined) =>
    [...(place.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])].find(
      ({ dataset }) => dataset['row'] === id,
    );
  const above = () => place.current?.querySelector<HTMLElement>('[data-above]');
  useLayoutEffect(() => {
    const ways = wanted.current;
    wanted.current = null;
    if (!ways || (place.current?.getRootNode() as ShadowRoot | undefined)?.activeElement) return;
    const [found] = ways.flatMap((id) => rowOf(id) ?? []);
    (found ?? above())?.focus();
  });
  /** Out: a function after which, if nothing here has the focus, the row gets it, or the one that is beside it now. */
  const keep = (id: string) => {
    const at = ids.indexOf(id);
    const ways = [id, ids[at + 1], ids[at - 1]];
    return () => void (wanted.current = ways);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const target = event.target as HTMLElement;
    const fromRow = target.dataset['row'];
    const fromAbove = target.dataset['above'] !== undefined && event.key === 'ArrowDown';
    if (!step || (fromRow === undefined && !fromAbove) || ids.length === 0) return;
    event.preventDefault();
    const to = fromAbove ? 0 : step(ids.indexOf(fromRow!), ids.length);
    if (to < 0) above()?.focus();
    else rowOf(ids[Math.min(to, ids.length - 1)])?.focus();
  };
  const tabbable = active !== null && ids.includes(active) ? active : ids[0];
  return { place, tabbable, keep, onKeyDown, onFocus: setActive };
}

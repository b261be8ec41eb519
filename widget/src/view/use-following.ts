import { type RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatState } from '../state/chat-state.js';
import type { Entry } from '../state/entries.js';

const NEAR_END = 48;
/** Pixels between the upper edge of the view and the beginning of an answer. */
const MARGIN = 12;
/** Pixels by which a place may differ after rounding. */
const SLACK = 4;
const OPEN: readonly string[] = ['queued', 'running', 'awaiting_approval'];

/** `end`: stays at the end. `start`: at the beginning of the last answer, or at the end where that fits. `free`: moves nothing. */
type Mode = 'end' | 'start' | 'free';

interface Seen {
  readonly sessionId: string | null;
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly length: number;
  readonly open: boolean;
  readonly outgoing: number;
  /** The highest place of a message so far, of any version. */
  readonly newest: number;
  readonly height: number;
}

const NOTHING: Seen = {
  sessionId: null,
  first: undefined,
  last: undefined,
  length: 0,
  open: false,
  outgoing: 0,
  newest: 0,
  height: 0,
};

/**
 * Where the list stands. It follows an answer that is being written while the reader is at the end, shows one that has
 * ended from its beginning, and never moves while they read elsewhere; `news` is true when something came meanwhile.
 */
export function useFollowing(state: ChatState, entries: readonly Entry[], open: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const mode = useRef<Mode>('start');
  const seen = useRef<Seen>(NOTHING);
  const [view, setView] = useState({ atEnd: true, news: false });
  const look = (came = false) => {
    const atEnd = !box.current || isAtEnd(box.current);
    const news = (before: boolean) => !atEnd && (before || (came && mode.current === 'free'));
    setView((before) =>
      before.atEnd === atEnd && before.news === news(before.news)
        ? before
        : { atEnd, news: news(before.news) },
    );
  };
  const place = () => {
    const area = box.current;
    if (!area || mode.current === 'free') return;
    area.scrollTop = (mode.current === 'start' ? startOf(area) : null) ?? area.scrollHeight;
  };
  const toEnd = () => {
    mode.current = 'end';
    place();
    look();
  };
  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    const before = state.sessionId === seen.current.sessionId ? seen.current : NOTHING;
    const now = seenIn(state, entries, area, before);
    mode.current = nextMode(before === NOTHING ? 'start' : mode.current, before, now, area);
    if (mode.current === 'free' && before.first !== undefined && before.first !== now.first)
      area.scrollTop += now.height - before.height;
    place();
    seen.current = now;
    const written = (now.open || before.open) && (now.last !== before.last || now.length !== before.length);
    look(written || now.newest > before.newest);
  }, [state, open]);
  useResizes(box, () => {
    if (box.current) seen.current = { ...seen.current, height: box.current.scrollHeight };
    place();
    look();
  });
  const onScroll = () => {
    const area = box.current;
    if (!area) return;
    const start = mode.current === 'start' ? startOf(area) : undefined;
    const holds = start === null ? isAtEnd(area) : Math.abs((start ?? Infinity) - area.scrollTop) < SLACK;
    if (!holds) mode.current = isAtEnd(area) ? 'end' : 'free';
    look();
  };
  const stay = () => void (mode.current = 'free');
  return { box, ...view, onScroll, toEnd, stay };
}

function seenIn(state: ChatState, entries: readonly Entry[], area: HTMLElement, before: Seen): Seen {
  const last = entries.at(-1);
  return {
    sessionId: state.sessionId,
    first: state.messages[0]?.id,
    last: last?.key,
    length: last?.text.length ?? 0,
    open: last?.kind === 'answer' && OPEN.includes(last.state),
    outgoing: state.outgoing.length,
    newest: Math.max(before.newest, ...state.messages.map(({ position }) => position)),
    height: area.scrollHeight,
  };
}

/** A reader who asks, or is at the end, follows what begins, and gets it from its beginning when it has ended. */
function nextMode(mode: Mode, before: Seen, now: Seen, area: HTMLElement): Mode {
  if (now.outgoing > before.outgoing) return 'end';
  const began = (before.last !== undefined && now.last !== before.last) || (now.open && !before.open);
  if (mode === 'start' && began) return before === NOTHING || isNear(area, before.height) ? 'end' : 'free';
  return mode === 'end' && before.open && !now.open ? 'start' : mode;
}

const isAtEnd = (area: HTMLElement) => isNear(area, area.scrollHeight);

const isNear = (area: HTMLElement, height: number) => height - area.scrollTop - area.clientHeight < NEAR_END;

/** Where the last answer begins; null where nothing is answered last, or the view holds the whole of it. */
function startOf(area: HTMLElement): number | null {
  const last = [...area.querySelectorAll<HTMLElement>('.list > article')].at(-1);
  if (!last?.classList.contains('answer') || last.offsetHeight + MARGIN <= area.clientHeight) return null;
  return area.scrollTop + last.getBoundingClientRect().top - area.getBoundingClientRect().top - MARGIN;
}

function useResizes(box: RefObject<HTMLElement | null>, resized: () => void): void {
  const latest = useRef(resized);
  latest.current = resized;
  useEffect(() => {
    const area = box.current;
    if (!area) return;
    const observer = new ResizeObserver(() => latest.current());
    for (const one of [area, ...area.children]) observer.observe(one);
    return () => observer.disconnect();
  }, []);
}

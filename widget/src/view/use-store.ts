import { useEffect, useState } from 'preact/hooks';
import type { Store } from '../client/store.js';
import type { ChatState } from '../state/chat-state.js';

const HIDDEN_PAGE = 250;

/** The state, drawn at most once a frame however many events come; also while the page is in the background. */
export function useStore(store: Store): ChatState {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      timer = undefined;
      setState(store.state);
    };
    const stop = store.subscribe(() => {
      if (timer !== undefined) return;
      timer = setTimeout(draw, HIDDEN_PAGE);
      frame = requestAnimationFrame(draw);
    });
    draw();
    return () => {
      stop();
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [store]);
  return state;
}

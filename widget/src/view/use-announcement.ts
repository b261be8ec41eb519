import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatState } from '../state/chat-state.js';
import { isOpen } from '../state/run.js';
import { t } from '../strings/strings.js';

/** A sentence for screen readers at the start and at the end of an answer; none for each word. */
export function useAnnouncement(state: ChatState, name: string): string {
  const [text, setText] = useState('');
  const before = useRef<string | null>(null);
  const newest = state.runs.at(-1);
  const stage = newest ? (isOpen(newest) ? 'open' : newest.state) : null;
  useEffect(() => {
    const was = before.current;
    before.current = stage;
    if (stage === 'open') setText(t.writing(name));
    else if (was === 'open' && stage) setText(stage === 'completed' ? t.written(name) : t.ended(name));
  }, [stage, newest?.runId]);
  return text;
}

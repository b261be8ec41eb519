import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatClient } from '../../client/chat-client.js';
import { SessionList } from '../../client/sessions/session-list.js';

/** Milliseconds after the last key before a search is asked for. */
const PAUSE = 200;

/** The conversations of the user, kept as they are while they are shown. */
export function useSessions(client: ChatClient) {
  const [list] = useState(() => new SessionList(client));
  const [state, setState] = useState(list.state);
  useEffect(() => {
    const end = list.subscribe(() => setState(list.state));
    list.start();
    return () => {
      end();
      list.stop();
    };
  }, [list]);
  return { list, state };
}

/** What is looked for. `search` asks once nothing was typed for a moment. */
export function useSearch(list: SessionList) {
  const [query, setQuery] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const search = (text: string) => {
    setQuery(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const { view } = list.state;
      if (text.trim() !== view.query) void list.show({ ...view, query: text.trim() });
    }, PAUSE);
  };
  const toArchive = () => {
    clearTimeout(timer.current);
    void list.show({ query: query.trim(), archived: !list.state.view.archived });
  };
  return { query, search, toArchive };
}

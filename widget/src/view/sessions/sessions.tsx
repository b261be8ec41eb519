import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../strings/strings.js';
import { text } from '../../strings/session-strings.js';
import { useSheet } from '../../styles/use-sheet.js';
import { Icon, Line } from '../icons.js';
import { FailureBar, MovedBar } from './bars.js';
import { SessionGroups } from './session-groups.js';
import { SESSION_ICONS } from './session-icons.js';
import css from './sessions.css';
import type { SessionsProps } from './sessions-props.js';
import { useActions } from './use-actions.js';
import { useRows } from './use-rows.js';
import { useSearch, useSessions } from './use-sessions.js';

/** The conversations of the user, over the one that is open: found, opened, named, put away. */
export function Sessions(props: SessionsProps) {
  const { list, state } = useSessions(props.client);
  const { query, search, toArchive } = useSearch(list);
  const rows = useRows(state.sessions.map(({ id }) => id));
  const actions = useActions(list, rows.keep);
  const { place } = rows;
  useSheet(place, css);
  useFocusOnce(place);
  const onKeyDown = (event: KeyboardEvent) => {
    rows.onKeyDown(event);
    if (event.key !== 'Escape' || event.isComposing) return;
    event.stopPropagation();
    event.preventDefault();
    if (query) search('');
    else props.onClose();
  };
  return (
    <div
      class="sessions"
      role="region"
      aria-label={text.title}
      ref={place}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <Top {...props} />
      <div class="sessions-find">
        <label>
          <Line path={SESSION_ICONS.search} />
          <input
            type="search"
            data-above
            value={query}
            maxLength={200}
            autocomplete="off"
            enterKeyHint="search"
            aria-label={text.search}
            placeholder={text.search}
            onInput={(event) => search(event.currentTarget.value)}
          />
        </label>
        <button type="button" class="plain toggle" aria-pressed={state.view.archived} onClick={toArchive}>
          <Line path={SESSION_ICONS.archive} />
          {text.archive}
        </button>
      </div>
      <FailureBar failure={state.failure} onRetry={() => void list.retry()} />
      <SessionGroups {...props} state={state} list={list} rows={rows} actions={actions} />
      <MovedBar session={state.moved} onUndo={actions.undo} />
      <p class="for-readers" role="status">
        {actions.said || foundIn(state)}
      </p>
    </div>
  );
}

function foundIn({ shown, loading, sessions, next }: ReturnType<typeof useSessions>['state']): string {
  return shown?.query && !loading ? text.found(sessions.length, next !== null) : '';
}

/** The search gets the focus; on touch screens, where the keyboard would hide half, the list itself. */
function useFocusOnce(place: { readonly current: HTMLElement | null }): void {
  const done = useRef(false);
  useLayoutEffect(() => {
    if (done.current) return;
    done.current = true;
    const touch = matchMedia('(pointer: coarse)').matches;
    (touch ? place.current : place.current?.querySelector('input'))?.focus({ preventScroll: true });
  }, []);
}

function Top({ onNew, onClose }: SessionsProps) {
  return (
    <div class="sessions-top">
      <button type="button" class="tool back" aria-label={text.back} title={text.back} onClick={onClose}>
        <Line path={SESSION_ICONS.back} />
      </button>
      <h2>{text.title}</h2>
      <button type="button" class="plain yes" aria-label={t.newConversation} onClick={onNew}>
        <Icon name="fresh" />
        {text.fresh}
      </button>
    </div>
  );
}

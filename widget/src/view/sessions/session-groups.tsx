import { useEffect, useId, useRef } from 'preact/hooks';
import type { SessionList } from '../../client/sessions/session-list.js';
import { groupSessions, type SessionGroup } from '../../state/sessions/session-groups.js';
import type { ListView, SessionListState } from '../../state/sessions/session-list.js';
import { t } from '../../strings/strings.js';
import { text } from '../../strings/session-strings.js';
import { Line } from '../icons.js';
import { SESSION_ICONS } from './session-icons.js';
import { SessionRow } from './session-row.js';
import type { SessionsProps } from './sessions-props.js';
import type { useActions } from './use-actions.js';
import type { useRows } from './use-rows.js';

interface GroupsProps extends SessionsProps {
  readonly state: SessionListState;
  readonly list: SessionList;
  readonly rows: ReturnType<typeof useRows>;
  readonly actions: ReturnType<typeof useActions>;
}

/** The conversations that were found, by day; what follows comes as one scrolls. */
export function SessionGroups(props: GroupsProps) {
  const { state, list, onNew } = props;
  const { shown, sessions, next, failure } = state;
  return (
    <div class="sessions-scroll" aria-busy={state.loading}>
      {shown || failure ? null : <Skeleton />}
      {shown && sessions.length === 0 && !next ? <Nothing view={shown} onNew={onNew} /> : null}
      {shown
        ? groupSessions(shown, sessions).map((group) => <Group {...props} key={group.name} group={group} />)
        : null}
      {next ? <More loading={state.loading} count={sessions.length} onMore={() => void list.more()} /> : null}
    </div>
  );
}

function Group({ group, ...props }: GroupsProps & { group: SessionGroup }) {
  const id = useId();
  const { rows, actions } = props;
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{text.groups[group.name]}</h3>
      <ul role="list">
        {group.sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            locale={props.locale}
            isOpen={session.id === props.openId}
            tabbable={session.id === rows.tabbable}
            doing={actions.doing?.id === session.id ? actions.doing.what : null}
            onDo={(what) => actions.begin(session.id, what)}
            onLeave={(what, back) => actions.leave(session.id, what, back)}
            onFocus={() => rows.onFocus(session.id)}
            onOpen={() => props.onOpen(session.id)}
            onChange={(change) => actions.change(session, change)}
            onExport={(format) => actions.save(session, format)}
            onDelete={() => actions.remove(session)}
          />
        ))}
      </ul>
    </section>
  );
}

/** Asks for what follows as soon as it is seen; a press does so too. */
function More({ loading, count, onMore }: { loading: boolean; count: number; onMore(): void }) {
  const button = useRef<HTMLButtonElement>(null);
  const latest = useRef(onMore);
  latest.current = onMore;
  useEffect(() => {
    const observer = new IntersectionObserver((seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting)) latest.current();
    });
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
  }, [count]);
  return (
    <button type="button" class="plain more" ref={button} disabled={loading} onClick={onMore}>
      {loading ? text.loading : text.more}
    </button>
  );
}

function Nothing({ view, onNew }: { view: ListView; onNew(): void }) {
  const [title, sentence] = view.query
    ? [text.nothingFound(view.query), text.nothingFoundText]
    : view.archived
      ? [text.noneArchived, text.noneArchivedText]
      : [text.none, text.noneText];
  return (
    <div class="nothing">
      <Line
        path={view.query ? SESSION_ICONS.search : view.archived ? SESSION_ICONS.archive : SESSION_ICONS.talk}
      />
      <h3>{title}</h3>
      <p>{sentence}</p>
      {view.query || view.archived ? null : (
        <button type="button" class="plain" onClick={onNew}>
          {t.newConversation}
        </button>
      )}
    </div>
  );
}

function Skeleton() {
  return (
    <div class="rows-to-come" role="img" aria-label={text.loading}>
      {[72, 54, 80, 46].map((width) => (
        <i key={width} class={`w${width}`} />
      ))}
    </div>
  );
}

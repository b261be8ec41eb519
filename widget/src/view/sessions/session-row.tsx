import { useRef } from 'preact/hooks';
import type { ExportFormat } from '../../client/sessions/session-list.js';
import type { ListedSession, SessionChange } from '../../client/wire.js';
import { whenOf } from '../../state/sessions/session-groups.js';
import { text } from '../../strings/session-strings.js';
import { Line } from '../icons.js';
import { ConfirmDelete, Rename } from './row-forms.js';
import { type MenuItem, RowMenu } from './row-menu.js';
import { SESSION_ICONS } from './session-icons.js';
import { Snippet } from './snippet.js';

/** What is being done with a row. */
export type Doing = 'menu' | 'rename' | 'delete';

export interface RowProps {
  readonly session: ListedSession;
  readonly locale: string | undefined;
  /** The conversation that the panel shows. */
  readonly isOpen: boolean;
  readonly tabbable: boolean;
  readonly doing: Doing | null;
  onDo(doing: Doing): void;
  /** It is not being done any more. `back`: the row gets the focus again. */
  onLeave(doing: Doing, back: boolean): void;
  onFocus(): void;
  onOpen(): void;
  onChange(change: SessionChange): void;
  onExport(format: ExportFormat): void;
  onDelete(): void;
}

export const titleOf = ({ title }: Pick<ListedSession, 'title'>) => title ?? text.untitled;

/** One conversation of the list. F2 renames it, Delete asks whether it should go. */
export function SessionRow(props: RowProps) {
  const { session, doing } = props;
  const title = titleOf(session);
  const leave = () => doing && props.onLeave(doing, true);
  if (doing === 'rename') {
    return (
      <li>
        <Rename title={title} onCancel={leave} onSave={(name) => props.onChange({ title: name })} />
      </li>
    );
  }
  if (doing === 'delete') {
    return (
      <li>
        <ConfirmDelete title={title} onCancel={leave} onConfirm={props.onDelete} />
      </li>
    );
  }
  return <ShownRow {...props} title={title} />;
}

const KEYS: Readonly<Record<string, Doing>> = { F2: 'rename', Delete: 'delete' };

function ShownRow(props: RowProps & { title: string }) {
  const { session, title, isOpen, tabbable, doing, onDo } = props;
  const opener = useRef<HTMLButtonElement>(null);
  const tabIndex = tabbable ? 0 : -1;
  const onKeyDown = (event: KeyboardEvent) => {
    const what = KEYS[event.key];
    if (!what || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onDo(what);
  };
  return (
    <li class={isOpen ? 'session open' : 'session'}>
      <button
        type="button"
        class="session-open"
        data-row={session.id}
        tabIndex={tabIndex}
        aria-current={isOpen ? 'true' : undefined}
        aria-keyshortcuts="F2 Delete"
        onFocus={props.onFocus}
        onKeyDown={onKeyDown}
        onClick={props.onOpen}
      >
        <RowText {...props} />
      </button>
      <button
        type="button"
        class="deed"
        ref={opener}
        tabIndex={tabIndex}
        aria-label={text.options(title)}
        title={text.options(title)}
        aria-haspopup="menu"
        aria-expanded={doing === 'menu'}
        onMouseDown={(event) => doing === 'menu' && event.preventDefault()}
        onClick={() => (doing === 'menu' ? props.onLeave('menu', false) : onDo('menu'))}
      >
        <Line path={SESSION_ICONS.more} />
      </button>
      {doing === 'menu' ? (
        <RowMenu
          label={text.options(title)}
          items={itemsOf(props)}
          onClose={(back) => {
            if (back) opener.current?.focus();
            props.onLeave('menu', false);
          }}
        />
      ) : null}
    </li>
  );
}

function RowText({ session, title, locale }: RowProps & { title: string }) {
  const { unread, match } = session;
  const count = unread > 99 ? '99+' : String(unread);
  return (
    <>
      <span class="session-line">
        {session.is_pinned ? (
          <span class="pin" role="img" aria-label={text.isPinned}>
            <Line path={SESSION_ICONS.pin} />
          </span>
        ) : null}
        <bdi class={unread > 0 ? 'session-title new' : 'session-title'}>{title}</bdi>
        {unread > 0 ? (
          <span class="fresh-answers">
            <span aria-hidden="true">{count}</span>
            <span class="for-readers">{text.unread(count)}</span>
          </span>
        ) : null}
      </span>
      {match ? <Snippet match={match} /> : null}
      <span class="meta session-facts">
        <time dateTime={session.last_activity}>{whenOf(session.last_activity, locale)}</time>
        <span>{text.messages(session.message_count)}</span>
        {session.is_archived ? <span>{text.isArchived}</span> : null}
      </span>
    </>
  );
}

function itemsOf({ session, onDo, onChange, onExport }: RowProps): MenuItem[] {
  const { is_pinned: pinned, is_archived: archived } = session;
  return [
    { label: text.rename, icon: 'rename', shortcut: 'F2', run: () => onDo('rename') },
    { label: pinned ? text.unpin : text.pin, icon: 'pin', run: () => onChange({ is_pinned: !pinned }) },
    {
      label: archived ? text.fromArchive : text.toArchive,
      icon: 'archive',
      run: () => onChange({ is_archived: !archived }),
    },
    { label: text.exportMarkdown, icon: 'file', run: () => onExport('markdown') },
    { label: text.exportJson, icon: 'file', run: () => onExport('json') },
    { label: text.remove, icon: 'remove', shortcut: 'Delete', danger: true, run: () => onDo('delete') },
  ];
}

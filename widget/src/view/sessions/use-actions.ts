import { useState } from 'preact/hooks';
import type { ExportFormat, SessionList } from '../../client/sessions/session-list.js';
import type { ListedSession, SessionChange } from '../../client/wire.js';
import { saveFile } from '../../figures/save-file.js';
import { text } from '../../strings/session-strings.js';
import { fileNameOf } from './file-name.js';
import { type Doing, titleOf } from './session-row.js';

type Named = Pick<ListedSession, 'id' | 'title'>;

/** What is being done with which conversation, and how it is done; `said` is told to screen readers. */
export function useActions(list: SessionList, keep: (id: string) => () => void) {
  const [doing, setDoing] = useState<{ readonly id: string; readonly what: Doing } | null>(null);
  const [{ said }, say] = useState({ said: '' });
  const leave = (id: string, what: Doing, back: boolean) => {
    if (back) keep(id)();
    setDoing((now) => (now?.id === id && now.what === what ? null : now));
  };
  const act = async ({ id }: Named, action: () => Promise<boolean>, done = '') => {
    const focus = keep(id);
    focus();
    setDoing(null);
    const taken = await action();
    focus();
    say({ said: taken ? done : '' });
  };
  const change = (session: Named, what: SessionChange) =>
    void act(session, () => list.change(session.id, what), sentenceFor(session, what));
  const remove = (session: Named) =>
    void act(session, () => list.remove(session.id), text.said.removed(titleOf(session)));
  const save = (session: Named, format: ExportFormat) => {
    const toFile = (file: Blob) => saveFile(file, fileNameOf(session, format));
    void act(session, () => list.export(session.id, format, toFile));
  };
  const undo = () => {
    const { moved } = list.state;
    if (moved) change(moved, { is_archived: !moved.is_archived });
  };
  return {
    doing,
    said,
    begin: (id: string, what: Doing) => setDoing({ id, what }),
    leave,
    change,
    remove,
    save,
    undo,
  };
}

function sentenceFor(
  session: Named,
  { title, is_pinned: pinned, is_archived: archived }: SessionChange,
): string {
  const name = titleOf(session);
  if (title !== undefined) return text.said.renamed(title);
  if (archived !== undefined) return archived ? text.archived(name) : text.restored(name);
  return pinned ? text.said.pinned(name) : text.said.unpinned(name);
}

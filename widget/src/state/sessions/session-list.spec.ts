import type { ListedSession } from '../../client/wire.js';
import {
  ALL,
  EMPTY_LIST,
  type ListView,
  placeAfter,
  reduceList,
  type SessionListState,
  stagesOf,
} from './session-list.js';

const session = (id: string, minute: number, more: Partial<ListedSession> = {}): ListedSession => ({
  id,
  title: id,
  last_activity: `2026-01-01T10:${String(minute).padStart(2, '0')}:00.000Z`,
  message_count: 2,
  unread: 0,
  is_pinned: false,
  is_archived: false,
  ...more,
});
const ids = ({ sessions }: SessionListState) => sessions.map(({ id }) => id);

function shown(view: ListView, sessions: ListedSession[], next: SessionListState['next'] = null) {
  const asked = reduceList(EMPTY_LIST, { type: 'asked', view });
  return reduceList(asked, { type: 'page', view, sessions, next, fresh: true });
}
const updated = (state: SessionListState, one: ListedSession) =>
  reduceList(state, { type: 'updated', session: one });

describe('which pages are asked for', () => {
  it('reads pinned ones before the others, and searches or shows the archive in one go', () => {
    expect(stagesOf(ALL)).toEqual([{ pinned: 'true' }, { pinned: 'false' }]);
    expect(stagesOf({ query: 'x', archived: false })).toEqual([{ q: 'x' }]);
    expect(stagesOf({ query: 'x', archived: true })).toEqual([{ q: 'x', archived: 'true' }]);
    expect(stagesOf({ query: '', archived: true })).toEqual([{ archived: 'true' }]);
  });

  it('goes on with the cursor, then with the next stage, then not at all', () => {
    expect(placeAfter(ALL, { stage: 0 }, 'c')).toEqual({ stage: 0, cursor: 'c' });
    expect(placeAfter(ALL, { stage: 0, cursor: 'c' }, undefined)).toEqual({ stage: 1 });
    expect(placeAfter(ALL, { stage: 1 }, undefined)).toBeNull();
    expect(placeAfter({ query: 'x', archived: false }, { stage: 0 }, undefined)).toBeNull();
  });
});

describe('the list of conversations', () => {
  it('has pinned ones first, then the newest, each once', () => {
    const first = shown(ALL, [session('a', 5), session('pin', 1, { is_pinned: true })], { stage: 1 });
    const more = [session('b', 4), session('a', 5)];
    const both = reduceList(first, { type: 'page', view: ALL, sessions: more, next: null, fresh: false });
    expect(ids(both)).toEqual(['pin', 'a', 'b']);
  });

  it('keeps what is shown until the next view has come, and drops it then', () => {
    const view = { query: 'x', archived: false };
    const asked = reduceList(shown(ALL, [session('a', 5)]), { type: 'asked', view });
    expect(ids(asked)).toEqual(['a']);
    expect(asked.shown).toEqual(ALL);
    expect(ids(reduceList(asked, { type: 'page', view, sessions: [], next: null, fresh: true }))).toEqual([]);
  });

  it('moves what something was said in to the top, and takes in what is new', () => {
    const two = shown(ALL, [session('a', 5), session('b', 4)]);
    expect(ids(updated(two, session('b', 9)))).toEqual(['b', 'a']);
    expect(ids(updated(two, session('c', 7)))).toEqual(['c', 'a', 'b']);
  });

  it('leaves to a later page what belongs there', () => {
    const partly = shown(ALL, [session('a', 5), session('b', 4)], { stage: 1, cursor: 'c' });
    expect(ids(updated(partly, session('old', 1)))).toEqual(['a', 'b']);
    expect(ids(updated(partly, session('pin', 1, { is_pinned: true })))).toEqual(['pin', 'a', 'b']);
    const pins = shown(ALL, [session('p', 5, { is_pinned: true })], { stage: 0, cursor: 'c' });
    expect(ids(updated(pins, session('new', 9)))).toEqual(['p']);
  });

  it('lets go what was archived, and shows in the archive what comes there', () => {
    const archived = session('a', 5, { is_archived: true });
    expect(ids(updated(shown(ALL, [session('a', 5)]), archived))).toEqual([]);
    const archive = { query: '', archived: true };
    expect(ids(updated(shown(archive, []), archived))).toEqual(['a']);
    expect(ids(updated(shown(archive, [archived]), session('a', 6)))).toEqual([]);
  });

  it('keeps of a search what was found, with the words, and takes in nothing else', () => {
    const view = { query: 'x', archived: false };
    const match = { message_id: 'm', position: 1, snippet: 'x', marks: [] };
    const found = shown(view, [session('a', 5, { match })]);
    const after = updated(updated(found, session('b', 9)), session('a', 6, { is_archived: true }));
    expect(after.sessions).toEqual([session('a', 6, { is_archived: true, match })]);
  });

  it('forgets what was deleted, also that it could be taken back', () => {
    const a = session('a', 5);
    const moved = reduceList(shown(ALL, [a]), { type: 'moved', session: a });
    const after = reduceList(moved, { type: 'deleted', id: 'a' });
    expect([ids(after), after.moved]).toEqual([[], null]);
  });
});

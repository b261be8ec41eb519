import type { ListedSession } from '../../client/wire.js';
import { groupSessions, whenOf } from './session-groups.js';
import { ALL } from './session-list.js';

const now = new Date(2026, 2, 30, 9, 0).getTime();
const at = (...when: [number, number, number, number]) => new Date(...when).toISOString();
const session = (id: string, last_activity: string, is_pinned = false): ListedSession => ({
  ...{ id, last_activity, is_pinned, title: id, message_count: 1, unread: 0, is_archived: false },
});
const named = (sessions: ListedSession[], view = ALL) =>
  groupSessions(view, sessions, now).map(({ name, sessions: all }) => [name, all.map(({ id }) => id)]);

describe('groupSessions', () => {
  it('groups by day of the calendar, not by hours, also over a change of the clock', () => {
    const sessions = [
      session('early', at(2026, 2, 30, 0)),
      session('late', at(2026, 2, 29, 23)),
      session('six', at(2026, 2, 24, 0)),
      session('seven', at(2026, 2, 23, 0)),
      session('eight', at(2026, 2, 22, 23)),
    ];
    expect(named(sessions)).toEqual([
      ['today', ['early']],
      ['yesterday', ['late']],
      ['week', ['six', 'seven']],
      ['older', ['eight']],
    ]);
  });

  it('has pinned ones apart, but not in a search or the archive', () => {
    const sessions = [session('pin', at(2026, 0, 1, 0), true), session('a', at(2026, 2, 30, 1))];
    expect(named(sessions)).toEqual([
      ['pinned', ['pin']],
      ['today', ['a']],
    ]);
    const found = { query: 'x', archived: false };
    expect(named(sessions.slice(0, 1), found)).toEqual([['older', ['pin']]]);
  });

  it('takes a time that is ahead of the clock here for today', () => {
    expect(named([session('ahead', at(2026, 2, 31, 1))])).toEqual([['today', ['ahead']]]);
  });
});

it('whenOf tells a time, a day of the week or a date', () => {
  expect(whenOf(at(2026, 2, 30, 8), 'de-DE', now)).toBe('08:00');
  expect(whenOf(at(2026, 2, 26, 8), 'en-US', now)).toBe('Thu');
  expect(whenOf(at(2026, 0, 5, 8), 'en-US', now)).toBe('Jan 5');
  expect(whenOf(at(2025, 0, 5, 8), 'en-US', now)).toBe('Jan 5, 2025');
  expect(whenOf('nonsense', 'en-US', now)).toBe('');
});

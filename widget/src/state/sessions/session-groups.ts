import type { ListedSession } from '../../client/wire.js';
import { isSplit, type ListView } from './session-list.js';

export type GroupName = 'pinned' | 'today' | 'yesterday' | 'week' | 'older';

export interface SessionGroup {
  readonly name: GroupName;
  readonly sessions: readonly ListedSession[];
}

const DAY = 86_400_000;

/** In: conversations in their order, and milliseconds since 1970. Out: the same, by day of the reader's own calendar. */
export function groupSessions(
  view: ListView,
  sessions: readonly ListedSession[],
  now = Date.now(),
): SessionGroup[] {
  const groups = new Map<GroupName, ListedSession[]>();
  for (const session of sessions) {
    const name = isSplit(view) && session.is_pinned ? 'pinned' : dayOf(session, now);
    groups.set(name, [...(groups.get(name) ?? []), session]);
  }
  return [...groups].map(([name, members]) => ({ name, sessions: members }));
}

function dayOf({ last_activity: at }: ListedSession, now: number): GroupName {
  const days = daysBetween(at, now);
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  return days <= 7 ? 'week' : 'older';
}

/** Days of the calendar, whatever their length. */
function daysBetween(at: string, now: number): number {
  return Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / DAY);
}

/** When something was last said, as short as its day allows: a time, a day of the week, or a date. */
export function whenOf(at: string, locale: string | undefined, now = Date.now()): string {
  const date = new Date(at);
  const days = daysBetween(at, now);
  if (Number.isNaN(days)) return '';
  if (days <= 1) return date.toLocaleTimeString(locale, { timeStyle: 'short' });
  if (days <= 7) return date.toLocaleDateString(locale, { weekday: 'short' });
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(locale, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
}

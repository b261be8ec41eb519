import type { ErrorBody, ListedSession, SessionSummary } from '../../client/wire.js';

/** Which conversations are asked for. `query`: words of titles and messages. */
export interface ListView {
  readonly query: string;
  readonly archived: boolean;
}

/** Where the next page begins. A view is read in stages, one after the other. */
export interface Place {
  readonly stage: number;
  readonly cursor?: string;
}

/** Why something failed. `until`: milliseconds since 1970, before which another try is refused too. */
export interface Failure {
  readonly error: ErrorBody;
  readonly until?: number;
}

/** The list of conversations as it is shown. Changed only by `reduceList`. */
export interface SessionListState {
  /** What is asked for; `shown` is what `sessions` are an answer to, null before the first one. */
  readonly view: ListView;
  readonly shown: ListView | null;
  /** Pinned ones first, then the newest first. */
  readonly sessions: readonly ListedSession[];
  /** Null where nothing follows. */
  readonly next: Place | null;
  readonly loading: boolean;
  readonly failure: Failure | null;
  /** The conversation that was archived or taken back last, until something else happens. */
  readonly moved: SessionSummary | null;
}

export const ALL: ListView = { query: '', archived: false };

export const EMPTY_LIST: SessionListState = {
  view: ALL,
  shown: null,
  sessions: [],
  next: null,
  loading: false,
  failure: null,
  moved: null,
};

export type ListAction =
  | { type: 'asked'; view: ListView }
  | { type: 'page'; view: ListView; sessions: readonly ListedSession[]; next: Place | null; fresh: boolean }
  /** `ended`: it was a page that failed. */
  | { type: 'failed'; failure: Failure | null; ended?: boolean }
  | { type: 'updated'; session: SessionSummary }
  | { type: 'deleted'; id: string }
  | { type: 'moved'; session: SessionSummary | null };

/** In: a view. Out: the filters of its stages, as parameters of GET /chat/sessions. */
export function stagesOf({ query, archived }: ListView): readonly Readonly<Record<string, string>>[] {
  if (query) return [{ q: query, ...(archived ? { archived: 'true' } : {}) }];
  return archived ? [{ archived: 'true' }] : [{ pinned: 'true' }, { pinned: 'false' }];
}

/** Out: where the list goes on after a page; null at its end. */
export function placeAfter(view: ListView, { stage }: Place, cursor: string | undefined): Place | null {
  if (cursor !== undefined) return { stage, cursor };
  return stage + 1 < stagesOf(view).length ? { stage: stage + 1 } : null;
}

/** The next state. Pure. */
export function reduceList(state: SessionListState, action: ListAction): SessionListState {
  switch (action.type) {
    case 'asked':
      return { ...state, view: action.view, loading: true, failure: null };
    case 'page': {
      const { view, next, sessions } = action;
      const known = action.fresh ? [] : state.sessions;
      return { ...state, shown: view, next, sessions: joined(view, known, sessions), loading: false };
    }
    case 'failed':
      return { ...state, failure: action.failure, loading: state.loading && !action.ended };
    case 'moved':
      return { ...state, moved: action.session };
    case 'deleted':
      return {
        ...state,
        sessions: state.sessions.filter(({ id }) => id !== action.id),
        moved: state.moved?.id === action.id ? null : state.moved,
      };
    case 'updated':
      return state.shown ? { ...state, sessions: updated(state, state.shown, action.session) } : state;
  }
}

function updated(state: SessionListState, shown: ListView, session: SessionSummary) {
  const known = state.sessions.find(({ id }) => id === session.id);
  const others = state.sessions.filter(({ id }) => id !== session.id);
  if (!fits(shown, session)) return others;
  if (!known && (shown.query || liesBehind(state, session))) return state.sessions;
  return joined(shown, others, [{ ...session, ...(known?.match ? { match: known.match } : {}) }]);
}

const fits = ({ query, archived }: ListView, session: SessionSummary) =>
  (query && !archived) || session.is_archived === archived;

/** True where a later page will bring it. */
function liesBehind({ sessions, next, shown }: SessionListState, session: SessionSummary): boolean {
  if (!next) return false;
  const stage = shown?.archived || session.is_pinned ? 0 : 1;
  if (shown && stagesOf(shown).length > 1 && stage !== next.stage) return stage > next.stage;
  const last = sessions.at(-1);
  return !last || session.last_activity < last.last_activity;
}

function joined(view: ListView, known: readonly ListedSession[], more: readonly ListedSession[]) {
  const byId = new Map([...known, ...more].map((session) => [session.id, session]));
  const pinned = (session: ListedSession) => (isSplit(view) && session.is_pinned ? 1 : 0);
  return [...byId.values()].sort(
    (a, b) => pinned(b) - pinned(a) || descending(a.last_activity, b.last_activity) || descending(a.id, b.id),
  );
}

const descending = (a: string, b: string) => (a < b ? 1 : a > b ? -1 : 0);

/** Whether pinned conversations stand before the others. */
export const isSplit = (view: ListView) => stagesOf(view).length > 1;

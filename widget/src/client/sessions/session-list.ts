import {
  EMPTY_LIST,
  type ListAction,
  type ListView,
  type Place,
  placeAfter,
  reduceList,
  type SessionListState,
  stagesOf,
} from '../../state/sessions/session-list.js';
import { sessionPath } from '../api.js';
import type { ChatClient } from '../chat-client.js';
import { asChatError } from '../failures.js';
import type { ListedSession, SessionChange, SessionListAnswer, SessionSummary } from '../wire.js';

const PAGE = 30;
/** Sessions of one page at most. */
const MOST = 100;
/** Seconds before another try, where the service asks to wait and does not say for how long. */
const WAIT_UNTOLD = 10;

export type ExportFormat = 'json' | 'markdown';

/** The user's conversations: read page by page, kept as they are on all devices, and changed. Nothing here rejects. */
export class SessionList {
  private current: SessionListState = EMPTY_LIST;
  private readonly listeners = new Set<() => void>();
  /** Counts the readings: what an overtaken one tells is not heeded. */
  private turn = 0;
  /** What was heard while a page was on its way. It is newer than the page. */
  private heard: ListAction[] = [];
  private failed: () => Promise<unknown> = () => this.reload();
  private readonly endings: (() => void)[] = [];

  constructor(private readonly client: Pick<ChatClient, 'api' | 'events' | 'store'>) {}

  get state(): SessionListState {
    return this.current;
  }

  /** Out: a function that ends the listening. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Reads the list, and keeps it as it is on all devices until `stop`. */
  start(): void {
    const { events, store } = this.client;
    const updated = (session: unknown) => this.hear({ type: 'updated', session: session as SessionSummary });
    const deleted = (id: unknown) => this.hear({ type: 'deleted', id: id as string });
    events.on('session:updated', updated);
    events.on('session:deleted', deleted);
    let { status } = store.state;
    const watching = store.subscribe(() => {
      const before = status;
      status = store.state.status;
      if (status === 'online' && before !== 'online') void this.reload();
    });
    this.endings.push(
      watching,
      () => events.off('session:updated', updated),
      () => events.off('session:deleted', deleted),
    );
    void this.reload();
  }

  stop(): void {
    this.turn += 1;
    for (const end of this.endings.splice(0)) end();
  }

  /** Shows other conversations. */
  show(view: ListView): Promise<void> {
    return this.read(view, { stage: 0 }, PAGE);
  }

  /** Reads what follows; nothing while something is read, or after a failure. */
  async more(): Promise<void> {
    const { next, shown, loading, failure } = this.current;
    if (next && shown && !loading && !failure) await this.read(shown, next, PAGE);
  }

  /** Does again what failed. */
  async retry(): Promise<void> {
    await this.failed();
  }

  /** Renames, pins or archives. Out: whether that was taken, or it is gone. */
  change(id: string, change: SessionChange): Promise<boolean> {
    return this.attempt(
      async () => {
        const call = { method: 'PATCH', body: change } as const;
        const session = await this.client.api.get<SessionSummary>(sessionPath(id), call);
        this.hear({ type: 'updated', session });
        const back = change.is_archived === undefined || this.current.moved?.id === id;
        this.dispatch({ type: 'moved', session: back ? null : session });
      },
      () => this.change(id, change),
      id,
    );
  }

  /** Deletes for ever. Out: whether it is gone. */
  remove(id: string): Promise<boolean> {
    return this.attempt(
      async () => {
        await this.client.api.get(sessionPath(id), { method: 'DELETE' });
        this.hear({ type: 'deleted', id });
        this.dispatch({ type: 'moved', session: null });
      },
      () => this.remove(id),
      id,
    );
  }

  /** Gives `save` the whole conversation as a file. */
  export(id: string, format: ExportFormat, save: (file: Blob) => void): Promise<boolean> {
    return this.attempt(
      async () => save(await this.client.api.blob(`${sessionPath(id)}/export?format=${format}`)),
      () => this.export(id, format, save),
      id,
    );
  }

  dismissFailure(): void {
    this.dispatch({ type: 'failed', failure: null });
  }

  /** Reads again as much as is shown. */
  private reload(): Promise<void> {
    const { sessions, view } = this.current;
    return this.read(view, { stage: 0 }, Math.min(MOST, Math.max(PAGE, sessions.length)));
  }

  private async read(view: ListView, from: Place, limit: number): Promise<void> {
    const turn = ++this.turn;
    this.heard = [];
    this.dispatch({ type: 'asked', view });
    const sessions: ListedSession[] = [];
    let place = from;
    let next: Place | null;
    try {
      do {
        const answer = await this.page(view, place, limit - sessions.length);
        if (turn !== this.turn) return;
        sessions.push(...answer.sessions);
        next = placeAfter(view, place, answer.next_cursor);
        place = next ?? place;
      } while (next && next.cursor === undefined && sessions.length < limit);
      this.dispatch({ type: 'page', view, sessions, next, fresh: from.stage === 0 && !from.cursor });
      for (const action of this.heard.splice(0)) this.dispatch(action);
    } catch (thrown) {
      if (turn === this.turn) this.fail(thrown, () => this.read(view, from, limit), true);
    }
  }

  private page(view: ListView, { stage, cursor }: Place, limit: number): Promise<SessionListAnswer> {
    const query = new URLSearchParams({
      ...stagesOf(view)[stage],
      limit: String(limit),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return this.client.api.get<SessionListAnswer>(`/chat/sessions?${query}`);
  }

  private async attempt(
    action: () => Promise<unknown>,
    again: () => Promise<unknown>,
    id: string,
  ): Promise<boolean> {
    this.dismissFailure();
    try {
      await action();
      return true;
    } catch (thrown) {
      const gone = asChatError(thrown).status === 404;
      if (gone) this.hear({ type: 'deleted', id });
      else this.fail(thrown, again);
      return gone;
    }
  }

  private fail(thrown: unknown, again: () => Promise<unknown>, ended = false): void {
    const error = asChatError(thrown);
    this.failed = again;
    const until = error.status === 429 ? Date.now() + (error.retryAfter ?? WAIT_UNTOLD) * 1000 : undefined;
    const failure = { error: error.body, ...(until ? { until } : {}) };
    this.dispatch({ type: 'failed', failure, ended });
    if (error.status === 401) this.client.events.emit('error', error.body);
  }

  private hear(action: ListAction): void {
    if (this.current.loading) this.heard.push(action);
    this.dispatch(action);
  }

  private dispatch(action: ListAction): void {
    this.current = reduceList(this.current, action);
    for (const listener of this.listeners) listener();
  }
}

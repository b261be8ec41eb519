import { endsAt, otherVersion } from '../state/history.js';
import { isOpen } from '../state/run.js';
import type { Connection } from './connection.js';
import type { Conversation } from './conversation.js';
import type { Emitter } from './emitter.js';
import { asChatError, type Failures } from './failures.js';
import type { Outbox } from './outbox.js';
import { Retry } from './retry.js';
import type { RunFollower } from './run-follower.js';
import type { Store } from './store.js';
import type { ActiveRun, AnswerEvent, Message, SessionSummary } from './wire.js';

const PAUSES = { first: 1_000, most: 30_000 };

/** Everything of one conversation that a client moves. */
export interface Moving {
  readonly store: Store;
  readonly events: Emitter;
  readonly connection: Connection;
  readonly conversation: Conversation;
  readonly outbox: Outbox;
  readonly runs: RunFollower;
  readonly failures: Failures;
}

/** Keeps what is shown of the conversation equal to what the service has of it. */
export class ConversationSync {
  private readonly again = new Retry(() => void this.join(), PAUSES);
  /** Another branch is shown now: once its answer is there, the history tells which versions there are. */
  private branched = false;

  constructor(private readonly moving: Moving) {}

  /** There is a new connection: sends what waits, watches the conversation, reads what was missed. */
  begin(): void {
    this.again.settled();
    this.moving.outbox.flush();
    void this.join();
    this.moving.runs.resumeAll();
  }

  /** Something may have happened that no event told of: looks soon. */
  soon(): void {
    if (!this.again.waiting) this.again.later();
  }

  /** Reads the newest messages, and follows the answers under way that they tell of. Rejects with ChatError. */
  async load(): Promise<void> {
    const { conversation, store, outbox, runs } = this.moving;
    if (!(await conversation.load())) {
      const { sessionId, messages, outgoing } = store.state;
      if (outgoing.length === 0) this.leave();
      else if (messages.length > 0 && sessionId) outbox.moveFrom(sessionId);
    }
    for (const run of store.state.runs) runs.follow(run.runId);
  }

  /** Leaves the conversation as it is, in the history. */
  leave(): void {
    const left = this.moving.conversation.id;
    this.moving.runs.stop();
    this.moving.conversation.leave();
    if (left) this.moving.outbox.leave(left);
  }

  /** Shows another conversation. */
  open(sessionId: string): void {
    if (this.isShown(sessionId)) return;
    this.leave();
    this.moving.conversation.open(sessionId);
    this.moving.outbox.publish();
    void this.join();
  }

  /** Reads again which branch is shown and which versions there are, now or, after a failure, soon. */
  async reload(): Promise<void> {
    const open = this.moving.store.state.runs.some(isOpen);
    try {
      await this.load();
      this.branched = open;
    } catch {
      this.soon();
    }
  }

  /** A new answer beside another one is under way. */
  regenerating(): void {
    this.branched = true;
  }

  answered(event: AnswerEvent): void {
    const { store, runs, events } = this.moving;
    if (!this.isShown(event.session_id)) return;
    if (event.event === 'run.started') this.branched ||= this.hasAnother(event);
    const find = () => store.state.runs.find((run) => run.runId === event.run_id);
    const before = find();
    store.dispatch({ type: 'answer', event });
    runs.check(event.run_id);
    const run = find();
    if (before && !isOpen(before)) return;
    if (this.branched && run && !isOpen(run)) void this.reload();
    if (run?.state === 'completed' && run.message) events.emit('answer', run.message);
    if (run?.state === 'failed' && run.error) events.emit('error', run.error);
  }

  /** A question of another device. */
  created(message: Message): void {
    if (!this.isShown(message.session_id)) return;
    const edited = otherVersion(this.moving.store.state.messages, message) !== undefined;
    this.moving.store.dispatch({ type: 'message', message });
    this.typing(message.session_id, false);
    if (edited) void this.reload();
    this.moving.events.emit('message', message);
  }

  typing(sessionId: string, typing: boolean): void {
    if (this.isShown(sessionId)) this.moving.store.dispatch({ type: 'typing', typing });
  }

  /** Where its end is not the end of what is shown, another device chose another branch. */
  updated(session: SessionSummary): void {
    const { id, head_message_id: head } = session;
    this.moving.events.emit('session:updated', session);
    if (!this.isShown(id) || !head || endsAt(this.moving.store.state, head)) return;
    void this.reload();
  }

  deleted(sessionId: string): void {
    this.moving.events.emit('session:deleted', sessionId);
    if (this.isShown(sessionId)) this.leave();
  }

  stop(): void {
    this.again.settled();
    this.moving.runs.stop();
    this.moving.outbox.stop();
  }

  private async join(): Promise<void> {
    const { connection, store, failures } = this.moving;
    const { sessionId } = store.state;
    if (!sessionId || !connection.connected) return;
    try {
      const joined = await connection.request<{ active_run?: ActiveRun | null }>('session:join', {
        session_id: sessionId,
      });
      if (joined.active_run && this.isShown(sessionId))
        store.dispatch({ type: 'followed', active: joined.active_run });
      await this.load();
      this.again.settled();
    } catch (thrown) {
      const error = asChatError(thrown);
      if (error.isPassing || error.status === 429) this.again.later((error.retryAfter ?? 0) * 1000);
      else failures.complain(error);
    }
  }

  private hasAnother({ in_reply_to: question, message_id: id }: AnswerEvent & { event: 'run.started' }) {
    return this.moving.store.state.messages.some((one) => one.in_reply_to === question && one.id !== id);
  }

  private isShown(sessionId: string): boolean {
    return sessionId === this.moving.store.state.sessionId;
  }
}

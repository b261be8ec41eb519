import type { Api } from './api.js';
import type { Connection } from './connection.js';
import type { ConversationSync } from './conversation-sync.js';
import type { Failures } from './failures.js';
import { randomId } from './random-id.js';
import type { RunFollower } from './run-follower.js';
import type { Store } from './store.js';
import type { GiveFeedback, RegenerateAck } from './wire.js';

interface Parts {
  readonly store: Store;
  readonly connection: Connection;
  readonly api: Api;
  readonly runs: RunFollower;
  readonly failures: Failures;
  readonly sync: ConversationSync;
}

/** What a user does with answers. A failure is told as a notice; nothing here rejects. */
export class AnswerActions {
  constructor(private readonly parts: Parts) {}

  async stop(runId: string): Promise<void> {
    const { connection, failures } = this.parts;
    await failures.attempt(() => connection.request('run:stop', { run_id: runId }));
  }

  async retry(runId: string): Promise<void> {
    const { connection, failures, runs, store } = this.parts;
    await failures.attempt(async () => {
      const answer = await connection.request<{ run_id: string }>('run:retry', { run_id: runId });
      store.dispatch({ type: 'retrying', runId: answer.run_id, was: runId });
      runs.check(answer.run_id);
    });
  }

  /** Asks for another answer to the same question; the one that is there stays as a version. */
  async regenerate(messageId: string): Promise<void> {
    const { connection, failures, runs, store, sync } = this.parts;
    const questionId = store.state.messages.find(({ id }) => id === messageId)?.in_reply_to;
    if (!questionId) return;
    await failures.attempt(async () => {
      const asked = { message_id: messageId, client_message_id: randomId() };
      const ack = await connection.request<RegenerateAck>('message:regenerate', asked);
      if (ack.session_id !== store.state.sessionId) return;
      sync.regenerating();
      const made = { runId: ack.run_id, messageId: ack.message_id, questionId };
      store.dispatch({ type: 'regenerating', ...made });
      runs.check(ack.run_id);
    });
  }

  /** Shows another version of a message, with what followed it, on all devices. */
  async showVersion(messageId: string): Promise<void> {
    const { api, failures, store, sync } = this.parts;
    const { sessionId } = store.state;
    if (!sessionId) return;
    await failures.attempt(async () => {
      await api.change(sessionId, { head_message_id: messageId });
      if (store.state.sessionId === sessionId) await sync.reload();
    });
  }

  /** Says whether an answer was good. Out: whether that was taken. */
  rate(messageId: string, said: GiveFeedback): Promise<boolean> {
    const { api, failures } = this.parts;
    return failures.attempt(() => api.rate(messageId, said));
  }

  /** Approves or refuses what an answer waits for. Out: whether that was taken. */
  decide(runId: string, approvalId: string, approved: boolean): Promise<boolean> {
    const { connection, failures } = this.parts;
    const decision = { run_id: runId, approval_id: approvalId, approved };
    return failures.attempt(() => connection.request('run:approve', decision));
  }

  /** All rows of a dataset, as a file. Out: none where it failed. */
  async csv(datasetId: string): Promise<Blob | undefined> {
    const { api, failures } = this.parts;
    let file: Blob | undefined;
    await failures.attempt(async () => void (file = await api.csv(datasetId)));
    return file;
  }
}

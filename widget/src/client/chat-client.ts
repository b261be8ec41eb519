import { AnswerActions } from './answer-actions.js';
import { Api } from './api.js';
import type { ChatError } from './chat-error.js';
import { Connection } from './connection.js';
import { Conversation } from './conversation.js';
import { ConversationSync } from './conversation-sync.js';
import { Emitter } from './emitter.js';
import { type Exclusively, sideBySide } from './exclusively.js';
import { asChatError, Failures } from './failures.js';
import { claimsOf, compareTokens } from './identity.js';
import { Outbox } from './outbox.js';
import { OutboxShelf } from './outbox-shelf.js';
import { ReadMark } from './read-mark.js';
import { Retry } from './retry.js';
import { RunFollower } from './run-follower.js';
import { RunMemory } from './run-memory.js';
import { Store } from './store.js';
import { TokenRenewal } from './token-renewal.js';
import type { TokenSource } from './token-source.js';
import type { TransportFactory } from './transport.js';
import { type KeyValue, UserStorage } from './user-storage.js';
import type { Assistant, AssistantsAnswer, SendAck, SessionInfo } from './wire.js';

const PAUSES = { first: 2_000, most: 30_000 };

export interface ChatClientOptions {
  /** Base URL of the service, without a slash at the end. */
  readonly apiUrl: string;
  readonly tokens: TokenSource;
  readonly transport: TransportFactory;
  readonly fetch: typeof fetch;
  /** What outlives a page: `lasting` is shared by all tabs, `tab` belongs to one. Absent: nothing is kept. */
  readonly storage?: { readonly lasting?: KeyValue | undefined; readonly tab?: KeyValue | undefined };
  /** Keeps two tabs from sending the same question side by side. */
  readonly exclusively?: Exclusively;
  /** Whether somebody can see the conversation now: only then it counts as read. */
  readonly watched?: () => boolean;
}

/**
 * The conversation without a view: who is asking, one live connection, the questions and answers.
 * Emits `ready`, `message` (a stored question), `answer` (a finished answer) and `error` (an error body); of all
 * conversations of the user `session:updated` (a summary) and `session:deleted` (an id).
 */
export class ChatClient {
  readonly store = new Store();
  readonly events = new Emitter();
  /** What can be done with answers. */
  readonly answers: AnswerActions;
  readonly api: Api;
  private readonly lasting: UserStorage;
  private readonly tab: UserStorage;
  private readonly memory: RunMemory;
  private readonly connection: Connection;
  private readonly conversation: Conversation;
  private readonly shelf: OutboxShelf;
  private readonly outbox: Outbox;
  private readonly runs: RunFollower;
  private readonly failures: Failures;
  private readonly renewal: TokenRenewal;
  private readonly entering = new Retry(() => void this.start(), PAUSES);
  private readonly sync: ConversationSync;
  private readonly mark: ReadMark;
  private context: Readonly<Record<string, unknown>> | undefined;
  private who: SessionInfo | null = null;
  private generation = 0;

  constructor(private readonly options: ChatClientOptions) {
    const { apiUrl, tokens, storage } = options;
    this.api = new Api(apiUrl, tokens, options.fetch);
    this.lasting = new UserStorage(apiUrl, storage?.lasting);
    this.tab = new UserStorage(apiUrl, storage?.tab);
    this.memory = new RunMemory(this.tab);
    this.connection = new Connection(options.transport, this.store, {
      up: () => this.up(),
      shutOut: (error) => this.shutOut(error),
      answer: (event) => this.sync.answered(event),
      created: (message) => this.sync.created(message),
      typing: (sessionId, isTyping) => this.sync.typing(sessionId, isTyping),
      updated: (session) => this.sync.updated(session),
      deleted: (sessionId) => this.sync.deleted(sessionId),
    });
    this.failures = new Failures(this.store, this.events, () => this.connection.close());
    this.conversation = new Conversation(this.store, this.api, this.lasting);
    this.renewal = new TokenRenewal(tokens, (token) => this.refresh(token));
    this.shelf = new OutboxShelf(this.lasting);
    this.outbox = new Outbox(this.store, this.connection, this.shelf, options.exclusively ?? sideBySide, {
      sessionId: () => this.conversation.id ?? this.conversation.begin(),
      begin: () => this.conversation.begin(),
      context: () => this.context,
      sent: (ack, edited) => this.sent(ack, edited),
      refused: (error) => this.failures.complain(error),
      gone: () => this.sync.soon(),
    });
    this.runs = new RunFollower(this.store, this.connection, () => this.sync.load().catch(() => undefined));
    const { store, events, connection, conversation, outbox, runs, failures } = this;
    this.sync = new ConversationSync({ store, events, connection, conversation, outbox, runs, failures });
    this.mark = new ReadMark(store, this.api, this.tab, options.watched ?? (() => false));
    this.answers = new AnswerActions({ store, connection, api: this.api, runs, failures, sync: this.sync });
  }

  /** Finds out who is asking, restores the conversation and connects. Tries again by itself until `destroy`. */
  async start(): Promise<void> {
    const generation = ++this.generation;
    this.entering.stop();
    if (!this.connection.connected)
      this.setStatus(this.store.state.assistant ? 'reconnecting' : 'connecting');
    this.presume();
    try {
      const who = await this.api.assistants();
      if (generation !== this.generation) return;
      this.identified(who);
      this.entering.settled();
      this.connection.open();
      this.renewal.plan();
      await this.sync.load().catch(() => undefined);
      if (generation === this.generation) this.events.emit('ready', who.session_info);
    } catch (thrown) {
      if (generation === this.generation) this.shutOut(asChatError(thrown));
    }
  }

  /** `parentId`: the message before a question that was edited; null where it was the first. */
  send(content: string, parentId?: string | null): void {
    const text = content.trim();
    if (!text) return;
    this.dismissNotice();
    this.outbox.add(text, parentId);
  }

  /** Tries an unsent question again at once. */
  sendAgain(clientMessageId: string): void {
    this.dismissNotice();
    this.outbox.retry(clientMessageId);
    if (!this.connection.connected) this.wake();
  }

  /** Takes a question back that was never confirmed. */
  unsend(clientMessageId: string): void {
    this.outbox.discard(clientMessageId);
  }

  /** Leaves the conversation as it is, in the history, and begins another at the next question. */
  newConversation(): void {
    this.sync.leave();
  }

  /** Shows another conversation of the user. */
  openConversation(sessionId: string): void {
    this.sync.open(sessionId);
  }

  /** Somebody looks at the conversation, or is about to. */
  looked(): void {
    this.mark.look(true);
  }

  async loadEarlier(): Promise<void> {
    await this.failures.attempt(() => this.conversation.loadEarlier());
  }

  /** Tells the user's other devices. */
  typing(isTyping: boolean): void {
    const { sessionId } = this.store.state;
    if (!sessionId || !this.connection.connected) return;
    this.connection.request('typing', { session_id: sessionId, is_typing: isTyping }).catch(() => undefined);
  }

  setContext(context: Readonly<Record<string, unknown>> | undefined): void {
    this.context = context;
  }

  /** True where this browser keeps a conversation or an unsent question, of whichever user. */
  hasSomethingKept(): boolean {
    return this.lasting.any();
  }

  /** The page goes: what is shown of answers under way is kept for the next one of this tab. */
  keep(): void {
    const { identity, sessionId, runs } = this.store.state;
    if (identity && sessionId) this.memory.keep(identity, sessionId, runs);
  }

  /** Another tab changed what is kept. */
  storageChanged(): void {
    this.outbox.refresh();
  }

  /** The network came back, or the page was looked at again. */
  wake(): void {
    const { status } = this.store.state;
    this.looked();
    if (status === 'signed_out' || status === 'refused') return;
    if (this.entering.waiting) this.entering.now();
    else this.connection.wake();
  }

  /** Another user comes: nothing stays of this one. */
  forget(): void {
    const who = this.who ?? this.store.state.identity;
    if (!who) return;
    this.lasting.forget(who);
    this.tab.forget(who);
  }

  /** A renewed token goes on with the same conversation; another user's wipes everything first. */
  async setToken(token: string): Promise<void> {
    const relation = compareTokens(this.options.tokens.current, token);
    this.options.tokens.set(token);
    if (relation === 'other') this.forget();
    if (relation !== 'same') this.blank();
    if (relation === 'same' && this.connection.connected) {
      await this.refresh(token);
      this.renewal.plan();
    } else await this.start();
  }

  /** Tries again at once, after a sign-in or a refusal. */
  reconnect(): void {
    this.dismissNotice();
    if (!this.connection.connected) void this.start();
  }

  dismissNotice(): void {
    this.store.dispatch({ type: 'notice', notice: null });
  }

  destroy(): void {
    this.generation += 1;
    for (const one of [this.entering, this.renewal, this.sync]) one.stop();
    this.connection.close();
    this.shelf.close();
    this.events.clear();
  }

  /** Without an answer nothing is lost: the next connection brings the newest token. */
  private async refresh(token: string): Promise<void> {
    await this.connection.request('auth:refresh', { token }).catch((thrown: unknown) => {
      if (asChatError(thrown).status !== 0) this.failures.complain(thrown);
    });
  }

  /** Shows nothing of the user any more; what is stored stays until it is known that another one came. */
  private blank(): void {
    this.generation += 1;
    for (const one of [this.entering, this.sync]) one.stop();
    this.connection.close();
    this.shelf.close();
    this.store.dispatch({ type: 'wiped' });
  }

  /** Takes the token's word for whose storage this is, so that nothing is lost while the service is away. */
  private presume(): void {
    const { user, tenant } = claimsOf(this.options.tokens.current);
    if (user && tenant && !this.who && !this.store.state.identity)
      this.enter({ user_id: user, tenant_id: tenant, email: null }, null);
  }

  private identified({ assistant, session_info: identity }: AssistantsAnswer): void {
    const former = this.who ?? this.store.state.identity;
    if (former && (former.user_id !== identity.user_id || former.tenant_id !== identity.tenant_id)) {
      const { generation } = this;
      if (this.who) this.forget();
      this.blank();
      this.generation = generation;
    }
    this.who = identity;
    this.enter(identity, assistant);
  }

  /** Takes up what this browser keeps of the user. */
  private enter(identity: SessionInfo, assistant: Assistant | null): void {
    this.store.dispatch({ type: 'identified', identity, assistant });
    this.conversation.restore(identity);
    this.store.dispatch({ type: 'restored', runs: this.memory.take(identity, this.conversation.id) });
    this.shelf.open(identity);
    this.outbox.settle();
  }

  private up(): void {
    this.entering.settled();
    this.looked();
    this.sync.begin();
  }

  private sent({ message, run_id: runId }: SendAck, edited: boolean): void {
    this.events.emit('message', message);
    this.runs.check(runId);
    if (edited) void this.sync.reload();
  }

  private setStatus(status: 'connecting' | 'reconnecting'): void {
    this.store.dispatch({ type: 'status', status });
  }

  private shutOut(error: ChatError): void {
    this.failures.shutOut(error);
    if (!error.isFinal) this.entering.later((error.retryAfter ?? 0) * 1000);
  }
}

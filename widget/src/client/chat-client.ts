import { isOpen } from '../state/run.js';
import { Api } from './api.js';
import type { ChatError } from './chat-error.js';
import { Conversation } from './conversation.js';
import { Emitter } from './emitter.js';
import { Failures } from './failures.js';
import { compareTokens } from './identity.js';
import { Outbox } from './outbox.js';
import { RunFollower } from './run-follower.js';
import { type KeyValue, SessionMemory } from './session-memory.js';
import { Store } from './store.js';
import { TokenRenewal } from './token-renewal.js';
import type { TokenSource } from './token-source.js';
import type { Transport, TransportFactory } from './transport.js';
import type { ActiveRun, AnswerEvent, AssistantsAnswer, Message, SessionInfo } from './wire.js';

export interface ChatClientOptions {
  /** Base URL of the service, without a slash at the end. */
  readonly apiUrl: string;
  readonly tokens: TokenSource;
  readonly transport: TransportFactory;
  readonly storage: KeyValue | undefined;
  readonly fetch: typeof fetch;
}

/**
 * The conversation without a view: who is asking, one live connection, the questions and answers.
 * Emits `ready`, `message` (a stored question), `answer` (a finished answer) and `error` (an error body).
 */
export class ChatClient {
  readonly store = new Store();
  readonly events = new Emitter();
  private readonly api: Api;
  private readonly memory: SessionMemory;
  private readonly conversation: Conversation;
  private readonly outbox: Outbox;
  private readonly runs: RunFollower;
  private readonly failures: Failures;
  private transport: Transport;
  private context: Readonly<Record<string, unknown>> | undefined;
  private who: SessionInfo | null = null;
  private generation = 0;
  private readonly renewal: TokenRenewal;

  constructor(private readonly options: ChatClientOptions) {
    this.api = new Api(options.apiUrl, options.tokens, options.fetch);
    this.memory = new SessionMemory(options.apiUrl, options.storage);
    this.conversation = new Conversation(this.store, this.api, this.memory);
    this.renewal = new TokenRenewal(options.tokens, (token) =>
      this.failures.attempt(() => this.transport.request('auth:refresh', { token })),
    );
    this.failures = new Failures(this.store, this.events, () => void this.start());
    this.transport = this.newTransport();
    const transport = () => this.transport;
    this.outbox = new Outbox(this.store, transport, {
      sessionId: () => this.conversation.id ?? this.conversation.begin(),
      context: () => this.context,
      sent: ({ message }) => this.events.emit('message', message),
      refused: (error, id) => this.sendRefused(error, id),
    });
    this.runs = new RunFollower(this.store, transport, () => this.conversation.load());
  }

  /** Finds out who is asking, restores the conversation and connects. Tries again by itself until `destroy`. */
  async start(): Promise<void> {
    const generation = ++this.generation;
    this.setStatus(this.store.state.assistant ? 'reconnecting' : 'connecting');
    try {
      const who = await this.api.assistants();
      if (generation !== this.generation) return;
      this.identified(who);
      await this.conversation.load();
      if (generation !== this.generation) return;
      this.failures.settled();
      this.transport.connect();
      this.renewal.plan();
      this.events.emit('ready', who.session_info);
    } catch (thrown) {
      if (generation === this.generation) this.failures.shutOut(thrown);
    }
  }

  send(content: string): void {
    const text = content.trim();
    if (text) this.outbox.add(text);
  }

  sendAgain(clientMessageId: string): void {
    this.outbox.again(clientMessageId);
  }

  /** Takes a question back that was never confirmed. */
  unsend(clientMessageId: string): void {
    this.store.dispatch({ type: 'unsend', clientMessageId });
  }

  stop(runId: string): Promise<void> {
    return this.failures.attempt(() => this.transport.request('run:stop', { run_id: runId }));
  }

  retry(runId: string): Promise<void> {
    return this.failures.attempt(async () => {
      const answer = await this.transport.request<{ run_id: string }>('run:retry', { run_id: runId });
      this.store.dispatch({ type: 'retrying', runId: answer.run_id, was: runId });
    });
  }

  /** Leaves the conversation as it is, in the history, and begins another at the next question. */
  newConversation(): void {
    this.conversation.leave();
  }

  loadEarlier(): Promise<void> {
    return this.failures.attempt(() => this.conversation.loadEarlier());
  }

  /** Tells the user's other devices. */
  typing(isTyping: boolean): void {
    const { sessionId } = this.store.state;
    if (!sessionId || !this.transport.connected) return;
    void this.transport
      .request('typing', { session_id: sessionId, is_typing: isTyping })
      .catch(() => undefined);
  }

  setContext(context: Readonly<Record<string, unknown>> | undefined): void {
    this.context = context;
  }

  /** True where this browser keeps a conversation, of whichever user. */
  hasSomethingKept(): boolean {
    return this.memory.any();
  }

  /** Another user comes: nothing stays of this one. */
  forget(): void {
    if (this.who) this.conversation.forget(this.who);
  }

  /** A renewed token goes on with the same conversation; another user's wipes everything first. */
  async setToken(token: string): Promise<void> {
    const relation = compareTokens(this.options.tokens.current, token);
    this.options.tokens.set(token);
    if (relation === 'other' && this.who) this.conversation.forget(this.who);
    if (relation !== 'same') this.blank();
    if (relation === 'same' && this.transport.connected) {
      await this.failures.attempt(() => this.transport.request('auth:refresh', { token }));
      this.renewal.plan();
    } else await this.start();
  }

  /** Tries again at once, after a sign-in, a refusal or a pause. */
  reconnect(): void {
    this.store.dispatch({ type: 'notice', notice: null });
    if (!this.transport.connected) void this.start();
  }

  dismissNotice(): void {
    this.store.dispatch({ type: 'notice', notice: null });
  }

  destroy(): void {
    this.generation += 1;
    this.failures.settled();
    this.renewal.stop();
    this.transport.close();
    this.events.clear();
  }

  /** Shows nothing of the user any more; what is stored stays until it is known that another one came. */
  private blank(): void {
    this.generation += 1;
    this.transport.close();
    this.store.dispatch({ type: 'wiped' });
    this.transport = this.newTransport();
  }

  private newTransport(): Transport {
    const current = (run: () => void) => {
      if (this.transport === transport) run();
    };
    const transport: Transport = this.options.transport({
      up: () => current(() => void this.up()),
      down: () => current(() => this.setStatus('reconnecting')),
      refused: (error) => current(() => this.failures.shutOut(error)),
      answer: (event) => current(() => this.answered(event)),
      created: (message) => current(() => this.created(message)),
      typing: (sessionId, typing) =>
        current(
          () => sessionId === this.store.state.sessionId && this.store.dispatch({ type: 'typing', typing }),
        ),
      deleted: (sessionId) =>
        current(() => sessionId === this.store.state.sessionId && this.newConversation()),
    });
    return transport;
  }

  private identified({ assistant, session_info: identity }: AssistantsAnswer): void {
    const former = this.who;
    if (former && (former.user_id !== identity.user_id || former.tenant_id !== identity.tenant_id)) {
      const { generation } = this;
      this.conversation.forget(former);
      this.blank();
      this.generation = generation;
    }
    this.who = identity;
    this.store.dispatch({ type: 'identified', identity, assistant });
    this.conversation.restore(identity);
  }

  private async up(): Promise<void> {
    this.failures.settled();
    this.setStatus('online');
    this.outbox.flush();
    const { sessionId } = this.store.state;
    if (!sessionId) return;
    await this.failures.attempt(async () => {
      const joined = await this.transport.request<{ active_run?: ActiveRun | null }>('session:join', {
        session_id: sessionId,
      });
      if (joined.active_run) this.store.dispatch({ type: 'followed', active: joined.active_run });
    });
    await this.failures.attempt(() => this.conversation.load());
    this.runs.resumeAll();
  }

  private answered(event: AnswerEvent): void {
    if (event.session_id !== this.store.state.sessionId) return;
    const find = () => this.store.state.runs.find((run) => run.runId === event.run_id);
    const before = find();
    this.store.dispatch({ type: 'answer', event });
    this.runs.check(event.run_id);
    const run = find();
    if (before && !isOpen(before)) return;
    if (run?.state === 'completed' && run.message) this.events.emit('answer', run.message);
    if (run?.state === 'failed' && run.error) this.events.emit('error', run.error);
  }

  private created(message: Message): void {
    if (message.session_id !== this.store.state.sessionId) return;
    this.store.dispatch({ type: 'message', message });
    this.store.dispatch({ type: 'typing', typing: false });
    this.events.emit('message', message);
  }

  private setStatus(status: 'connecting' | 'online' | 'reconnecting'): void {
    this.store.dispatch({ type: 'status', status });
  }

  private sendRefused(error: ChatError, clientMessageId: string): void {
    if (error.code === 'CHAT_SESSION_NOT_FOUND') {
      this.conversation.begin();
      this.sendAgain(clientMessageId);
      return;
    }
    this.failures.complain(error);
  }
}

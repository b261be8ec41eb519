import type { AnswerEvent, Message } from '../client/wire.js';
import { type Action, type ChatState, INITIAL, reduce } from './chat-state.js';
import { entriesOf, stoppableRun } from './entries.js';

const message = (id: string, position: number, more: object = {}): Message =>
  ({
    id,
    type: 'user',
    content: id,
    parts: [],
    timestamp: '2026-01-01T00:00:00Z',
    session_id: 's',
    position,
    parent_id: `before ${id}`,
    in_reply_to: null,
    agent_name: null,
    suggested_actions: [],
    metadata: {},
    ...more,
  }) as Message;
const reply = (id: string, position: number, to: string, metadata: object = {}): Message =>
  message(id, position, { type: 'assistant', in_reply_to: to, metadata });
const event = (run: string, seq: number, body: object): Action => ({
  type: 'answer',
  event: { session_id: 's', run_id: run, epoch: 1, seq, ...body } as AnswerEvent,
});
const started = (run: string, answer: string, to: string) =>
  event(run, 1, {
    event: 'run.started',
    message_id: answer,
    in_reply_to: to,
    agent_name: 'x',
    assistant_name: 'Y',
  });
const play = (actions: Action[], state: ChatState = INITIAL) => actions.reduce(reduce, state);
const texts = (state: ChatState) => entriesOf(state).map((entry) => entry.text);
const history = (...messages: Message[]): Action => ({
  type: 'history',
  messages,
  hasEarlier: false,
  earlier: false,
  before: [],
});
const outgoing = (id: string, content: string): Action => ({
  type: 'outbox',
  outgoing: [{ clientMessageId: id, content, at: '', state: 'waiting', error: null }],
});

describe('a conversation', () => {
  it('shows a question at once, and once after it is confirmed', () => {
    const sent = play([outgoing('c1', 'q1')]);
    expect(texts(sent)).toEqual(['q1']);
    const confirmed = play(
      [{ type: 'sent', clientMessageId: 'c1', message: message('q1', 1), runId: 'r1' }],
      sent,
    );
    expect(confirmed.outgoing).toEqual([]);
    expect(entriesOf(confirmed).map((entry) => entry.kind)).toEqual(['question', 'answer']);
  });

  it('keeps what it made of the messages before, while an answer streams in', () => {
    const stored = history(message('q1', 1), reply('a1', 2, 'q1'), message('q2', 3));
    const before = play([stored, started('r2', 'a2', 'q2')]);
    const after = play([event('r2', 2, { event: 'text.delta', text: 'Hi' })], before);
    const [first, last] = [entriesOf(before), entriesOf(after)];
    expect(last.map(({ text }) => text)).toEqual(['q1', 'a1', 'q2', 'Hi']);
    expect(last.map((entry, index) => entry === first[index])).toEqual([true, true, true, false]);
  });

  it('joins events that came before the acknowledgement with the question', () => {
    const state = play([
      outgoing('c1', 'q1'),
      started('r1', 'a1', 'q1'),
      event('r1', 2, { event: 'text.delta', text: 'Hi' }),
      { type: 'sent', clientMessageId: 'c1', message: message('q1', 1), runId: 'r1' },
    ]);
    expect(texts(state)).toEqual(['q1', 'Hi']);
  });

  it('puts each answer behind its own question, whatever came first', () => {
    const state = play([history(message('q1', 1), message('q2', 3)), started('r2', 'a2', 'q2')]);
    const late = play([{ type: 'message', message: reply('a1', 2, 'q1') }], state);
    expect(texts(late)).toEqual(['q1', 'a1', 'q2', '']);
  });

  it('shows the newest answer of a question that was retried', () => {
    const failed = play([
      history(message('q1', 1)),
      started('r1', 'a1', 'q1'),
      event('r1', 2, { event: 'run.interrupted', retriable: true }),
    ]);
    expect(entriesOf(failed)[1]).toMatchObject({ state: 'interrupted', retriable: true });
    const again = play([{ type: 'retrying', runId: 'r2', was: 'r1' }], failed);
    expect(entriesOf(again)[1]).toMatchObject({ state: 'queued', runId: 'r2' });
    const done = play(
      [started('r2', 'a2', 'q1'), event('r2', 2, { event: 'run.completed', message: reply('a2', 2, 'q1') })],
      again,
    );
    expect(texts(done)).toEqual(['q1', 'a2']);
  });

  it('finds the question of a stored failed answer that is retried', () => {
    const stored = reply('a1', 2, 'q1', { state: 'failed', run_id: 'r1' });
    const state = play([history(message('q1', 1), stored), { type: 'retrying', runId: 'r2', was: 'r1' }]);
    expect(entriesOf(state)[1]).toMatchObject({ runId: 'r2', state: 'queued' });
  });

  it('shows a running answer that history knows only by its id', () => {
    const active = { run_id: 'r1', message_id: 'a1', epoch: 1, seq: 9, state: 'running' as const };
    const state = play([history(message('q1', 1)), { type: 'followed', active }]);
    expect(entriesOf(state)[1]).toMatchObject({ kind: 'answer', state: 'running', text: '' });
    expect(stoppableRun(state)?.runId).toBe('r1');
  });

  it('knows the run of a question without an answer from the history', () => {
    const left = (runId: string, state: string) => ({ metadata: { run_id: runId, state } });
    const state = play([
      history(
        message('q1', 1, left('r1', 'cancelled')),
        message('q2', 3, left('r2', 'running')),
        message('q3', 5, left('r3', 'queued')),
        message('q4', 7, left('r4', 'failed')),
        reply('a4', 8, 'q4', { run_id: 'r4', state: 'failed' }),
      ),
    ]);
    const answers = entriesOf(state).filter((entry) => entry.kind === 'answer');
    expect(answers).toMatchObject([
      { runId: 'r1', state: 'cancelled', retriable: true },
      { runId: 'r2', state: 'running', retriable: false },
      { runId: 'r3', state: 'queued' },
      { runId: 'r4', state: 'failed' },
    ]);
    expect(state.runs.map((run) => run.runId)).toEqual(['r1', 'r2', 'r3']);
    expect(stoppableRun(state)?.runId).toBe('r2');
  });

  it('learns from the history which question a run answers', () => {
    const active = { run_id: 'r1', message_id: 'a1', epoch: 1, seq: 9, state: 'running' as const };
    const asked = message('q1', 1, { metadata: { run_id: 'r1', state: 'running' } });
    const state = play([{ type: 'followed', active }, history(asked, message('q2', 3))]);
    expect(entriesOf(state).map((entry) => entry.kind)).toEqual(['question', 'answer', 'question']);
  });

  it('never shows two pages of the history with a hole between them', () => {
    const state = play([
      history(message('q1', 1)),
      {
        type: 'history',
        messages: [message('q9', 17)],
        hasEarlier: true,
        earlier: false,
        before: [message('q1', 1)],
      },
    ]);
    expect(texts(state)).toEqual(['q9']);
    expect(state.hasEarlier).toBe(true);
  });

  it('keeps nothing of the former user', () => {
    const state = play([history(message('q1', 1)), outgoing('c1', 'secret'), { type: 'wiped' }]);
    expect(state).toEqual(INITIAL);
  });

  it('keeps the order by position when earlier messages are loaded', () => {
    const state = play([
      history(message('q3', 5)),
      { type: 'history', messages: [message('q1', 1)], hasEarlier: true, earlier: true, before: [] },
    ]);
    expect(texts(state)).toEqual(['q1', 'q3']);
    expect(state.hasEarlier).toBe(true);
  });

  it('returns the same state for a duplicate event', () => {
    const state = play([started('r1', 'a1', 'q1')]);
    expect(reduce(state, started('r1', 'a1', 'q1'))).toBe(state);
  });
});

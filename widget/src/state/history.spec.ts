import type { AnswerEvent, Message } from '../client/wire.js';
import { type Action, INITIAL, reduce } from './chat-state.js';
import { entriesOf } from './entries.js';
import { endsAt } from './history.js';

const at = (id: string, position: number, parent: string | null, more: object = {}): Message =>
  ({
    id,
    type: 'user',
    content: id,
    parts: [],
    timestamp: '2026-01-01T00:00:00Z',
    session_id: 's',
    position,
    parent_id: parent,
    in_reply_to: null,
    agent_name: null,
    suggested_actions: [],
    metadata: {},
    ...more,
  }) as Message;
const answer = (id: string, position: number, to: string, more: object = {}) =>
  at(id, position, to, { type: 'assistant', in_reply_to: to, ...more });
const TALK = [at('q1', 1, null), answer('a1', 2, 'q1'), at('q2', 3, 'a1'), answer('a2', 4, 'q2')];
const page = (messages: readonly Message[], more: object = {}): Action => ({
  type: 'history',
  messages,
  hasEarlier: false,
  earlier: false,
  before: TALK,
  ...more,
});
const event = (run: string, seq: number, body: object): Action => ({
  type: 'answer',
  event: { session_id: 's', run_id: run, epoch: 1, seq, ...body } as AnswerEvent,
});
const play = (...actions: Action[]) => actions.reduce(reduce, INITIAL);
const shown = (...actions: Action[]) => entriesOf(play(...actions)).map((entry) => entry.text);
const regenerating: Action = { type: 'regenerating', runId: 'r', messageId: 'b', questionId: 'q1' };
const edited = (state: 'waiting' | 'failed', parentId: string | null): Action => ({
  type: 'outbox',
  outgoing: [{ clientMessageId: 'c', content: 'new', at: '', state, error: null, parentId }],
});

describe('the branch that is shown', () => {
  it('is that of the newest page: other branches go, what came since the page was asked for stays', () => {
    const since: Action = { type: 'message', message: at('q3', 9, 'b1') };
    const other = [TALK[0]!, answer('b1', 5, 'q1', { branches: { index: 2, count: 2, ids: ['a1', 'b1'] } })];
    const state = play(page(TALK), since, page(other));
    expect(entriesOf(state).map((entry) => entry.text)).toEqual(['q1', 'b1', 'q3']);
    expect(entriesOf(state)[1]?.versions).toEqual({ index: 2, count: 2, ids: ['a1', 'b1'] });
  });

  it('keeps the pages above where the newest one goes on from them, and only those', () => {
    const more = { hasEarlier: true };
    expect(shown(page(TALK), page([at('q5', 7, 'a1')], more))).toEqual(['q1', 'a1', 'q5']);
    expect(shown(page(TALK), page([at('q9', 9, 'a8')], more))).toEqual(['q9']);
    expect(shown(page(TALK), page([TALK[2]!, answer('b2', 5, 'q2')], more))).toEqual([
      'q1',
      'a1',
      'q2',
      'b2',
    ]);
  });

  it('says of a page without a beginning that there is more, unless what is above is known', () => {
    expect(play(page(TALK), page([at('q9', 9, 'a8')], { hasEarlier: true })).hasEarlier).toBe(true);
    expect(play(page(TALK), page([at('q5', 7, 'a2')], { hasEarlier: true })).hasEarlier).toBe(false);
  });

  it('ends at the question whose answer is made again, and keeps its place in the list', () => {
    const before = entriesOf(play(page(TALK)));
    const now = entriesOf(play(page(TALK), regenerating));
    expect(now.map(({ text }) => text)).toEqual(['q1', '']);
    expect(now[1]).toMatchObject({ state: 'queued', key: before[1]?.key, messageId: 'b' });
  });

  it('shows the old answer again where the new one ended in nothing', () => {
    const stopped = event('r', 1, { event: 'run.cancelled', message: null });
    expect(shown(page(TALK), regenerating, stopped, page(TALK))).toEqual(['q1', 'a1', 'q2', 'a2']);
  });

  it('shows an edited question in its place while it is sent, the old ones where it was refused', () => {
    expect(shown(page(TALK), edited('waiting', 'a1'))).toEqual(['q1', 'a1', 'new']);
    expect(shown(page(TALK), edited('waiting', null))).toEqual(['new']);
    expect(shown(page(TALK), edited('failed', 'a1'))).toEqual(['q1', 'a1', 'q2', 'a2', 'new']);
  });

  it('changes to that of a new version of a question, from here or from elsewhere', () => {
    const message = at('Q2', 7, 'a1');
    const sent: Action = { type: 'sent', clientMessageId: 'c', message, runId: 'r' };
    expect(shown(page(TALK), edited('waiting', 'a1'), sent)).toEqual(['q1', 'a1', 'Q2', '']);
    expect(shown(page(TALK), { type: 'message', message })).toEqual(['q1', 'a1', 'Q2']);
  });

  it('remembers the versions that the history told of when the message comes again without', () => {
    const branches = { index: 1, count: 2, ids: ['a1', 'b1'] };
    const told = page([TALK[0]!, { ...TALK[1]!, branches }]);
    expect(entriesOf(play(told, { type: 'message', message: TALK[1]! }))[1]?.versions).toEqual(branches);
  });

  it('never gives two entries one key', () => {
    const twice = page([...TALK, at('x', 9, 'a1')]);
    const keys = entriesOf(play(twice)).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('whether a head is the end of what is shown', () => {
  it('is so for the last message and for the answer that the last question waits for', () => {
    const asked: Action = { type: 'sent', clientMessageId: 'c', message: at('q3', 5, 'a2'), runId: 'r' };
    const started = event('r', 1, {
      event: 'run.started',
      message_id: 'a3',
      in_reply_to: 'q3',
      agent_name: 'x',
      assistant_name: 'Y',
    });
    expect(endsAt(play(page(TALK)), 'a2')).toBe(true);
    expect(endsAt(play(page(TALK), asked), 'unknown yet')).toBe(true);
    expect(endsAt(play(page(TALK), asked, started), 'a3')).toBe(true);
  });

  it('is not so for another branch, also where its answer is known here', () => {
    expect(endsAt(play(page(TALK)), 'b2')).toBe(false);
    expect(endsAt(play(page(TALK)), 'a1')).toBe(false);
  });
});

import type { AnswerEvent, Message } from '../client/wire.js';
import { applyEvent, hasGap, isOpen, newRun, type Run } from './run.js';

const at = (epoch: number, seq: number, body: object): AnswerEvent =>
  ({ session_id: 's', run_id: 'r', epoch, seq, ...body }) as AnswerEvent;
const started = (epoch: number, seq: number) =>
  at(epoch, seq, {
    event: 'run.started',
    message_id: 'a',
    in_reply_to: 'q',
    agent_name: 'x',
    assistant_name: 'Y',
  });
const delta = (epoch: number, seq: number, text: string) => at(epoch, seq, { event: 'text.delta', text });
const message = (content: string, metadata = {}): Message =>
  ({ id: 'a', type: 'assistant', content, parts: [], in_reply_to: 'q', metadata }) as unknown as Message;
const play = (events: AnswerEvent[], run: Run = newRun('r')) => events.reduce(applyEvent, run);

describe('the events of a run', () => {
  it('builds the text up and ends with the stored message', () => {
    const run = play([started(1, 1), delta(1, 2, 'Hel'), delta(1, 3, 'lo')]);
    expect(run).toMatchObject({ text: 'Hello', messageId: 'a', inReplyTo: 'q', state: 'running' });
    const done = play([at(1, 4, { event: 'run.completed', message: message('Hello.') })], run);
    expect(done).toMatchObject({ text: 'Hello.', state: 'completed', seq: 4 });
    expect(isOpen(done)).toBe(false);
  });

  it('drops duplicates without a change', () => {
    const run = play([started(1, 1), delta(1, 2, 'a')]);
    expect(applyEvent(run, delta(1, 2, 'a'))).toBe(run);
    expect(applyEvent(run, started(1, 1))).toBe(run);
  });

  it('keeps early events aside, says that there is a gap, and applies them in order once it is filled', () => {
    const gap = play([started(1, 1), delta(1, 4, 'c'), delta(1, 3, 'b'), delta(1, 4, 'c')]);
    expect(gap).toMatchObject({ text: '', seq: 1 });
    expect(hasGap(gap)).toBe(true);
    const filled = applyEvent(gap, delta(1, 2, 'a'));
    expect(filled).toMatchObject({ text: 'abc', seq: 4 });
    expect(hasGap(filled)).toBe(false);
  });

  it('sees a gap when the first event of an unknown run is not its first', () => {
    expect(hasGap(play([delta(1, 7, 'x')]))).toBe(true);
  });

  it('drops what was shown when a new epoch begins', () => {
    const run = play([started(1, 1), delta(1, 2, 'old'), at(2, 1, { event: 'reset', reason: 'takeover' })]);
    expect(run).toMatchObject({ text: '', epoch: 2, seq: 1, state: 'running' });
    expect(play([started(2, 2), delta(2, 3, 'new')], run).text).toBe('new');
  });

  it('ignores stragglers of an older epoch', () => {
    const run = play([started(1, 1), at(2, 1, { event: 'reset', reason: 'x' }), started(2, 2)]);
    expect(applyEvent(run, delta(1, 2, 'late'))).toBe(run);
  });

  it('waits for the beginning of a newer epoch of which it saw only the middle', () => {
    const run = play([started(1, 1), delta(1, 2, 'old'), delta(2, 3, 'new')]);
    expect(run).toMatchObject({ text: 'old', epoch: 1 });
    const full = play([at(2, 1, { event: 'reset', reason: 'x' }), started(2, 2)], run);
    expect(full).toMatchObject({ text: 'new', epoch: 2, seq: 3 });
    expect(hasGap(full)).toBe(false);
  });

  it('revives an interrupted run when a newer epoch answers it', () => {
    const run = play([started(1, 1), at(1, 2, { event: 'run.interrupted', retriable: true })]);
    expect(run.state).toBe('interrupted');
    expect(play([at(2, 1, { event: 'reset', reason: 'x' })], run).state).toBe('running');
  });

  it('cancels a queued run at epoch 0', () => {
    const run = play([at(0, 1, { event: 'run.cancelled', message: null })]);
    expect(run).toMatchObject({ state: 'cancelled', message: null });
  });

  it('keeps the partial text of a failure, with its error', () => {
    const error = { status: 503, code: 'LLM_UNAVAILABLE', title: '', detail: 'No.' };
    const run = play([
      started(1, 1),
      delta(1, 2, 'half'),
      at(1, 3, { event: 'run.failed', error, retriable: true }),
    ]);
    expect(run).toMatchObject({ text: 'half', state: 'failed', error, retriable: true });
  });

  it('takes a resync as the truth and goes on behind it', () => {
    const run = play([started(1, 1), delta(1, 9, '!')]);
    const synced = applyEvent(
      run,
      at(1, 8, { event: 'resync', reason: 'trimmed', message: message('whole') }),
    );
    expect(synced).toMatchObject({ text: 'whole!', epoch: 1, seq: 9, state: 'running' });
  });

  it('ends by a resync whose message says how the run ended', () => {
    const event = at(3, 5, {
      event: 'resync',
      reason: 'trimmed',
      message: message('end', { state: 'completed' }),
    });
    expect(play([started(1, 1), event])).toMatchObject({ text: 'end', state: 'completed', epoch: 3 });
  });

  it('goes on behind a resync whose message has no end yet, whatever was thought of the run', () => {
    const synced = applyEvent(
      newRun('r'),
      at(2, 8, { event: 'resync', reason: '', message: message('half') }),
    );
    expect(synced).toMatchObject({ text: 'half', state: 'running', message: null });
    const interrupted = play([started(1, 1), at(1, 2, { event: 'run.interrupted', retriable: true })]);
    const revived = applyEvent(
      interrupted,
      at(2, 3, { event: 'resync', reason: '', message: message('ab') }),
    );
    expect(applyEvent(revived, delta(2, 4, 'c'))).toMatchObject({
      text: 'abc',
      state: 'running',
      error: null,
    });
  });

  it('ignores a resync that is older than what is shown', () => {
    const run = play([started(1, 1), delta(1, 2, 'ab'), delta(1, 3, 'c')]);
    expect(applyEvent(run, at(1, 2, { event: 'resync', reason: 'x', message: message('ab') }))).toBe(run);
  });

  it('clears the progress line at the first word', () => {
    const run = play([started(1, 1), at(1, 2, { event: 'run.status', text: 'Searching' })]);
    expect(run.status).toBe('Searching');
    expect(applyEvent(run, delta(1, 3, 'x')).status).toBeNull();
  });
});

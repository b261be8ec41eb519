import { compositeKey } from '../../src/common/ids.js';
import type { Channel, FanOut } from '../../src/redis/fan-out.js';
import { eventually } from './client.js';

export interface Note {
  readonly text: string;
}

/** A channel of notes; its audience is the first id. */
export function noteChannel(audience: string, ...more: string[]): Channel<Note> {
  return {
    name: compositeKey('notes', audience, ...more),
    audience: compositeKey(audience),
    accepts: (message): message is Note => typeof (message as Partial<Note> | null)?.text === 'string',
  };
}

/** One or two nodes that a fan-out joins, and ways to make the wire between them misbehave. */
export interface JoinedNodes {
  readonly here: FanOut;
  readonly there?: FanOut;
  /** Makes the wire useless, and useful again. */
  readonly cut?: () => void | Promise<void>;
  readonly mend?: () => void | Promise<void>;
  close(): void | Promise<void>;
}

/** Collects what a node's subscriber gets on a channel. */
export function collect(fanOut: FanOut, channel: Channel<Note>): { texts: string[]; leave: () => void } {
  const texts: string[] = [];
  return { texts, leave: fanOut.subscribe(channel, ({ text }) => texts.push(text)) };
}

/** What every adapter of the fan-out port promises, whatever it is made of. */
export function describeFanOut(name: string, open: () => Promise<JoinedNodes> | JoinedNodes): void {
  describe(`${name}, within a node`, () => {
    let nodes: JoinedNodes;
    beforeEach(async () => (nodes = await open()));
    afterEach(() => nodes.close());

    it('serves subscribers before publish returns, each once, in order', async () => {
      const channel = noteChannel('ann');
      const [one, two] = [collect(nodes.here, channel), collect(nodes.here, channel)];
      for (const text of ['a', 'b', 'c']) nodes.here.publish(channel, { text });
      expect([one.texts, two.texts]).toEqual([
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ]);
      await nodes.here.settled(channel);
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(one.texts).toHaveLength(3);
    });

    it('gives nothing to who has left, and goes on for the others', () => {
      const channel = noteChannel('ann');
      const [one, two] = [collect(nodes.here, channel), collect(nodes.here, channel)];
      one.leave();
      one.leave();
      nodes.here.publish(channel, { text: 'a' });
      expect([one.texts, two.texts]).toEqual([[], ['a']]);
    });

    it('keeps channels apart whatever the ids contain', () => {
      const mine = collect(nodes.here, noteChannel('a', 'b/c'));
      const other = collect(nodes.here, noteChannel('a/b', 'c'));
      nodes.here.publish(noteChannel('a', 'b/c'), { text: 'x' });
      expect([mine.texts, other.texts]).toEqual([['x'], []]);
    });

    it('serves the others although one listener fails', () => {
      const channel = noteChannel('ann');
      nodes.here.subscribe(channel, () => {
        throw new Error('a bug of the listener');
      });
      const { texts } = collect(nodes.here, channel);
      nodes.here.publish(channel, { text: 'a' });
      expect(texts).toEqual(['a']);
    });

    it('has lost and refused nothing', () => {
      expect(nodes.here.state).toEqual({ connected: true, lost: 0, refused: 0 });
    });
  });
}

/** What adapters promise that join several nodes. */
export function describeJoinedNodes(name: string, open: () => Promise<JoinedNodes> | JoinedNodes): void {
  describe(`${name}, between nodes`, () => {
    let nodes: JoinedNodes;
    let here: FanOut;
    let there: FanOut;
    beforeEach(async () => {
      nodes = await open();
      ({ here } = nodes);
      there = nodes.there!;
    });
    afterEach(() => nodes.close());

    const joined = async (channel: Channel<Note>) => {
      const both = { here: collect(here, channel), there: collect(there, channel) };
      await Promise.all([here.settled(channel), there.settled(channel)]);
      return both;
    };

    it('gives the other node a copy once, in order, and never an echo to its own', async () => {
      const channel = noteChannel('ann');
      const { here: mine, there: theirs } = await joined(channel);
      const sent = Array.from({ length: 200 }, (_, index) => `t${index}`);
      for (const text of sent) here.publish(channel, { text });
      await eventually(() => theirs.texts.length >= sent.length);
      there.publish(channel, { text: 'back' });
      await eventually(() => mine.texts.includes('back'));
      expect(theirs.texts).toEqual([...sent, 'back']);
      expect(mine.texts).toEqual([...sent, 'back']);
    });

    it('tells its own node alone where it is asked to', async () => {
      const channel = noteChannel('ann');
      const { here: mine, there: theirs } = await joined(channel);
      here.publishHere(channel, { text: 'private' });
      here.publish(channel, { text: 'public' });
      await eventually(() => theirs.texts.length > 0);
      expect([mine.texts, theirs.texts]).toEqual([['private', 'public'], ['public']]);
    });

    it('arrives for who came back after leaving', async () => {
      const channel = noteChannel('ann');
      const { there: first } = await joined(channel);
      first.leave();
      const second = collect(there, channel);
      await there.settled(channel);
      here.publish(channel, { text: 'a' });
      await eventually(() => second.texts.length > 0);
      expect([first.texts, second.texts]).toEqual([[], ['a']]);
    });

    it('refuses and counts what has another form, and what names a channel of another audience', async () => {
      const channel = noteChannel('ann');
      const { there: theirs } = await joined(channel);
      const forged = collect(there, noteChannel('eve'));
      here.publish(channel, { note: 'no text' } as unknown as Note);
      here.publish({ ...noteChannel('eve'), audience: channel.audience }, { text: 'smuggled' });
      here.publish(channel, { text: 'fine' });
      await eventually(() => theirs.texts.length > 0);
      expect([theirs.texts, forged.texts]).toEqual([['fine'], []]);
      expect(there.state.refused).toBe(2);
    });

    it('serves its own node while the wire is cut, counts what is lost, and says when it works again', async () => {
      const channel = noteChannel('ann');
      const { here: mine, there: theirs } = await joined(channel);
      const [losses, restored] = [jest.fn(), jest.fn()];
      here.onLost(losses);
      there.onRestored(restored);
      await nodes.cut?.();
      const big = 'x'.repeat(1024 * 1024);
      for (let count = 0; count < 40; count += 1) here.publish(channel, { text: big });
      expect(mine.texts).toHaveLength(40);
      await eventually(() => here.state.lost > 0);
      expect(losses).toHaveBeenCalled();
      await nodes.mend?.();
      await eventually(() => {
        here.publish(channel, { text: 'again' });
        return theirs.texts.includes('again') && restored.mock.calls.length > 0;
      });
    });
  });
}

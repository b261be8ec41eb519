import {
  collect,
  describeFanOut,
  describeJoinedNodes,
  type JoinedNodes,
  noteChannel,
} from '../../test/support/fan-out-contract.js';
import { linkPair } from '../../test/support/ipc-pair.js';
import { IpcRelay } from './ipc-relay.js';
import { IpcWire } from './ipc-wire.js';
import { MemoryFanOut } from './memory-fan-out.js';
import { WiredFanOut } from './wired-fan-out.js';

/** Two workers and the supervisor's relay. */
function workers(): JoinedNodes & { leave: () => void } {
  const relay = new IpcRelay();
  const pairs = [linkPair(), linkPair()];
  const [leaveHere] = pairs.map(({ there }) => relay.join(there));
  const [here, there] = pairs.map((pair) => new WiredFanOut(new IpcWire(pair.here)));
  return {
    here: here!,
    there: there!,
    cut: () => pairs.forEach((pair) => pair.stall()),
    mend: () => pairs.forEach((pair) => pair.resume()),
    close: () => undefined,
    leave: () => leaveHere!(),
  };
}

describeFanOut('the fan-out in memory', () => ({ here: new MemoryFanOut(), close: () => undefined }));
describeFanOut('the fan-out over the supervisor', workers);
describeJoinedNodes('the fan-out over the supervisor', workers);

describe('the relay of the supervisor', () => {
  it('forgets a worker that died', async () => {
    const nodes = workers();
    const channel = noteChannel('ann');
    const { texts } = collect(nodes.here, channel);
    await nodes.here.settled(channel);
    nodes.leave();
    nodes.there!.publish(channel, { text: 'too late' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(texts).toEqual([]);
  });

  it('does not carry what nobody else listens for', async () => {
    const [{ here: worker, there: supervisor }, other] = [linkPair(), linkPair()];
    const relay = new IpcRelay();
    relay.join(supervisor);
    relay.join(other.there);
    const said = jest.spyOn(other.there, 'say');
    const fanOut = new WiredFanOut(new IpcWire(worker));
    collect(fanOut, noteChannel('ann'));
    fanOut.publish(noteChannel('ann'), { text: 'x' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(said).not.toHaveBeenCalled();
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from './cluster/cluster.js';
import { Figures } from './check/figures.js';
import { Round } from './scenarios/round.js';

describe('three nodes', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    const begun = performance.now();
    cluster = await Cluster.start({ nodes: 3 });
    console.log('start', performance.now() - begun);
  }, 120_000);
  afterAll(() => cluster?.close());

  it('quiet', async () => {
    const round = new Round(cluster, 'quiet', 1);
    round.talk(6);
    await sleep(10_000);
    const { violations, rows } = await round.finish();
    const figures = new Figures();
    figures.add(round.recorder.entries, rows, violations);
    console.log(figures.lines().join('\n'));
    expect(violations).toEqual([]);
  }, 200_000);
});

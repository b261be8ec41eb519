import { Cluster } from './cluster/cluster.js';
import { FAILING_NODE } from './failpoints/failpoints.js';
import { Round } from './scenarios/round.js';
import { sweepFailpoints } from './scenarios/sweep.js';

const LIMIT = 300_000;
const SEED = Number(process.env['CHAOS_SEED'] ?? 1);

describe('a node that fails or dies between any two side effects', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start({ nodes: 3, main: () => FAILING_NODE });
  }, LIMIT);
  afterAll(() => cluster?.close());

  it(
    'loses nothing, does nothing twice, and its answers come to an end',
    async () => {
      const round = new Round(cluster, 'failpoints', SEED);
      const lines: string[] = [];
      expect(await sweepFailpoints(round, (line) => lines.push(line))).toEqual([]);
      const { violations, rows, recorder } = await round.finish();
      expect(violations).toEqual([]);
      expect(recorder.entries.filter(({ kind }) => kind === 'changed').length).toBeGreaterThan(5);
      expect(rows.runs.length).toBeGreaterThanOrEqual(lines.length);
    },
    LIMIT,
  );
});

import { Cluster, SKEWED } from './cluster/cluster.js';
import { Figures } from './check/figures.js';
import { PROMISED } from './check/facts.js';
import { meetModelFaults, reconnectStorm, sendAtOnce } from './scenarios/clients.js';
import {
  breakLinks,
  breakRedis,
  killPostgres,
  partition,
  terminateBackends,
} from './scenarios/neighbours.js';
import { expireLeases, killOwners, pulses, rollingRestart, zombie } from './scenarios/nodes.js';
import { type Outcome, Round } from './scenarios/round.js';

/** A busy machine gets twice the time that is promised. */
const LIMITS = {
  ...PROMISED,
  takeoverMs: 2 * PROMISED.takeoverMs,
  drainMs: 2 * PROMISED.drainMs,
  stopMs: 2 * PROMISED.stopMs,
};
const LIMIT = 240_000;
const SEED = Number(process.env['CHAOS_SEED'] ?? 1);

describe('three nodes on one PostgreSQL, one Redis and one model', () => {
  let cluster: Cluster;
  const figures = new Figures();
  beforeAll(async () => {
    cluster = await Cluster.start({ nodes: 3, skewMs: SKEWED });
  }, LIMIT);
  afterAll(async () => {
    await cluster?.close();
    process.stdout.write(`${figures.lines().join('\n')}\n`);
  });

  const expectSound = async (round: Round): Promise<Outcome> => {
    const outcome = await round.finish({ limits: LIMITS });
    figures.add(outcome.recorder.entries, outcome.rows, outcome.violations);
    expect(outcome.rows.runs.length).toBeGreaterThan(0);
    expect(outcome.violations).toEqual([]);
    return outcome;
  };

  it(
    '50 sends of one message over three transports and three nodes are one message, one run, one call',
    async () => {
      const round = new Round(cluster, 'at once', SEED);
      expect((await sendAtOnce(round, 50)).size).toBe(1);
      const { rows, recorder } = await expectSound(round);
      expect([rows.messages.length, rows.runs.length]).toEqual([2, 1]);
      expect(recorder.entries.filter(({ kind }) => kind === 'calls')).toEqual([
        expect.objectContaining({ count: 1 }),
      ]);
    },
    LIMIT,
  );

  it(
    'each fault of the model ends in one answer or one failure',
    async () => {
      const round = new Round(cluster, 'model', SEED);
      await meetModelFaults(round);
      await expectSound(round);
    },
    LIMIT,
  );

  it(
    'five kills of the node that answers',
    async () => {
      const round = new Round(cluster, 'kills', SEED);
      round.talk(8);
      await killOwners(round, 5);
      const { recorder } = await expectSound(round);
      expect(recorder.entries.filter(({ kind }) => kind === 'takeover').length).toBeGreaterThan(0);
    },
    LIMIT,
  );

  it.each([
    ['frozen nodes', zombie],
    ['blocked event loops', pulses],
    ['leases that run out early', expireLeases],
    ['a node that PostgreSQL is out of reach for', partition],
    ['PostgreSQL killed', killPostgres],
    ['connections ended by PostgreSQL', terminateBackends],
    ['Redis emptied, stalled and killed', breakRedis],
    ['links that fail', breakLinks],
    ['a rolling restart', rollingRestart],
  ])(
    '%s',
    async (name, scenario) => {
      const round = new Round(cluster, name, SEED);
      round.talk(8);
      await scenario(round);
      await expectSound(round);
    },
    LIMIT,
  );

  it(
    '100 clients that lose their connections at once, twice',
    async () => {
      const round = new Round(cluster, 'storm', SEED);
      await reconnectStorm(round, 100);
      await expectSound(round);
    },
    LIMIT,
  );
});

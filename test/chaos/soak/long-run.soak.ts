import { Figures } from '../check/figures.js';
import { Cluster, SKEWED } from '../cluster/cluster.js';
import { FAILING_NODE } from '../failpoints/failpoints.js';
import { meetModelFaults, reconnectStorm, sendAtOnce } from '../scenarios/clients.js';
import {
  breakLinks,
  breakRedis,
  killPostgres,
  partition,
  terminateBackends,
} from '../scenarios/neighbours.js';
import { expireLeases, killOwners, pulses, rollingRestart, zombie } from '../scenarios/nodes.js';
import { Round } from '../scenarios/round.js';
import { sweepFailpoints } from '../scenarios/sweep.js';

const SEED = Number(process.env['CHAOS_SEED']);
const MINUTES = Number(process.env['SOAK_MINUTES']);
const SCALE = Number(process.env['SOAK_SCALE']);
const MINUTE = 60_000;
/** Generous: one round that hangs must not hide the figures of the others. */
const LIMIT = 60 * MINUTE;
const USERS = 8;

type Scenario = (round: Round) => Promise<unknown>;

const scaled = (count: number): number => Math.max(1, Math.round(count * SCALE));

/** Breaks while people talk; each is checked as a round of its own. */
const FAULTS: readonly (readonly [string, Scenario])[] = [
  ['kills', (round) => killOwners(round, 5)],
  ['frozen nodes', zombie],
  ['blocked event loops', pulses],
  ['leases that run out early', expireLeases],
  ['a partition', partition],
  ['PostgreSQL killed', killPostgres],
  ['connections ended by PostgreSQL', terminateBackends],
  ['Redis emptied, stalled and killed', breakRedis],
  ['links that fail', breakLinks],
  ['a rolling restart', rollingRestart],
];

/** What every long run contains, in this order, before faults are drawn by chance. */
const REQUIRED: readonly (readonly [string, number, Scenario])[] = [
  ...Array.from(
    { length: scaled(4) },
    (_, part) => [`kills, part ${part + 1}`, USERS, (round: Round) => killOwners(round, scaled(25))] as const,
  ),
  ...Array.from({ length: scaled(5) }, (_, part) => [`frozen nodes ${part + 1}`, USERS, zombie] as const),
  ['partition', USERS, partition],
  ...Array.from(
    { length: scaled(5) },
    (_, part) => [`PostgreSQL killed ${part + 1}`, USERS, killPostgres] as const,
  ),
  ['Redis', USERS, breakRedis],
  ['links', USERS, breakLinks],
  ['rolling restart', 30, rollingRestart],
  ['model', 0, meetModelFaults],
  ['at once', 0, (round) => sendAtOnce(round, 50)],
  ['storm', 0, (round) => reconnectStorm(round, scaled(1000), 3)],
];

describe(`a long run with seed ${SEED} for at least ${MINUTES} minutes`, () => {
  const began = Date.now();
  const total = new Figures();
  const say = (line: string): void => {
    process.stdout.write(`${String(Math.round((Date.now() - began) / 1000)).padStart(5)} s  ${line}\n`);
  };

  const finish = async (round: Round): Promise<void> => {
    const { recorder, rows, violations } = await round.finish();
    const figures = new Figures();
    for (const kept of [figures, total]) kept.add(recorder.entries, rows, violations);
    const [verdict = '', takeovers = '', drains = ''] = figures.lines();
    say(`${round.name}: ${rows.runs.length} questions; ${verdict}; ${takeovers}; ${drains}`);
    for (const { promise, name, detail } of violations.slice(0, 5)) say(`    ${promise} ${name}: ${detail}`);
  };

  afterAll(() => process.stdout.write(`\nAll rounds\n${total.lines().join('\n')}\n`));

  it(
    'sweeps every failpoint',
    async () => {
      const cluster = await Cluster.start({
        nodes: 3,
        main: () => FAILING_NODE,
      });
      try {
        const round = new Round(cluster, 'failpoints', SEED);
        const missed = await sweepFailpoints(round, (line) => say(`  ${line}`));
        await finish(round);
        expect(missed).toEqual([]);
      } finally {
        await cluster.close();
      }
    },
    LIMIT,
  );

  it(
    'breaks what can break, again and again',
    async () => {
      const cluster = await Cluster.start({ nodes: 3, skewMs: SKEWED });
      try {
        for (const [name, users, scenario] of REQUIRED) {
          await oneRound(cluster, name, SEED, users, scenario);
        }
        for (let extra = 1; Date.now() - began < MINUTES * MINUTE; extra += 1) {
          const seed = SEED + extra;
          const chance = new Round(cluster, 'choice', seed).random;
          const [name, scenario] = chance.pick(FAULTS);
          await oneRound(cluster, `${name} (${seed})`, seed, chance.whole(2, 20), scenario);
        }
      } finally {
        await cluster.close();
      }
    },
    MINUTES * MINUTE + LIMIT,
  );

  it('keeps every promise', () => {
    expect(total.violations.map(({ promise, name, detail }) => `${promise} ${name}: ${detail}`)).toEqual([]);
  });

  const oneRound = async (
    cluster: Cluster,
    name: string,
    seed: number,
    users: number,
    scenario: Scenario,
  ): Promise<void> => {
    const round = new Round(cluster, name, seed);
    round.talk(users);
    await scenario(round);
    await finish(round);
  };
});

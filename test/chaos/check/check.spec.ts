import type { Entry } from '../record/entries.js';
import { check } from './check.js';
import { PROMISED } from './facts.js';
import { FIRST, type Round, rowsOf, soundRound, spot, toGot } from './sound-round.js';
import { questionOf } from '../model/nonce.js';

const violationsOf = (round: Round): string[] => [
  ...new Set(check(round.entries, rowsOf(round), PROMISED).map(({ promise, name }) => `${promise} ${name}`)),
];
const events = (round: Round, run: string): (Entry & { kind: 'event' })[] =>
  round.entries.filter(
    (entry): entry is Entry & { kind: 'event' } => entry.kind === 'event' && entry.got.run === run,
  );
const without = (round: Round, entry: Entry | undefined): void => {
  round.entries = round.entries.filter((other) => other !== entry);
};
const message = (round: Round, id: string) => round.rows.messages.find((row) => row.id === id)!;
const run = (round: Round, id: string) => round.rows.runs.find((row) => row.id === id)!;
const send = {
  ...spot,
  kind: 'invoke',
  action: 'send',
  op: 500,
  key: 'key-lost',
  content: 'x',
  at: 0,
} as const;

type Plant = [bug: string, spoil: (round: Round) => void, found: string[]];

/** What each bug would leave behind in a record and a database that are otherwise sound. */
const PLANTS: Plant[] = [
  [
    'an acknowledgement before the commit',
    (round) =>
      round.entries.push(send, { kind: 'ok', op: 500, run: 'run-lost', message: 'm', position: 5, at: 1 }),
    ['G1 lost'],
  ],
  [
    'a message stored with another text',
    (round) => (message(round, 'question-second').content = questionOf({ ...FIRST, id: 'changed' })),
    [
      'G1 lost',
      'G3 another answer than the model gave',
      'G4 history differs',
      'G6 logged text is no prefix',
      'G6 logged text is not the answer',
      'G6 shown text is no prefix',
    ],
  ],
  [
    'a lost unique index',
    (round) => {
      round.rows.messages.push({ ...message(round, 'question-first'), id: 'copy', position: 9 });
      round.rows.messages.push({
        ...message(round, 'answer-first'),
        id: 'copied-answer',
        position: 10,
        inReplyTo: 'copy',
      });
    },
    ['G1 lost', 'G2 duplicated', 'G2 model asked too often'],
  ],
  [
    'two runs for one question',
    (round) =>
      round.rows.runs.push({ ...run(round, 'run-first'), id: 'twin', state: 'cancelled', started: null }),
    ['G2 duplicated', 'G3 answer in another state', 'G3 final events'],
  ],
  [
    'two acknowledgements that differ',
    (round) =>
      (round.entries = round.entries.map((entry) =>
        entry.kind === 'unknown' && entry.op === 2
          ? { ...entry, kind: 'ok', run: 'run-second', message: 'question-first' }
          : entry,
      )),
    ['G1 lost', 'G2 duplicated'],
  ],
  [
    'a refused message that is stored all the same',
    (round) =>
      (round.entries = round.entries.map((entry) =>
        (entry.kind === 'ok' || entry.kind === 'unknown') && entry.op <= 2
          ? { ...entry, kind: 'fail' }
          : entry,
      )),
    ['G2 refused but stored'],
  ],
  [
    'no epoch check when events are logged',
    (round) =>
      round.rows.log.push({
        run: 'run-first',
        epoch: 1,
        seq: 4,
        event: { event: 'text.delta', text: ' 2-late' },
      }),
    ['G6 logged text is no prefix', 'G8 written by a lost owner'],
  ],
  [
    'no epoch check at the end of a run',
    (round) => {
      const final = {
        ...round.rows.log.find((row) => row.run === 'run-first' && row.event.message)!,
        epoch: 1,
        seq: 4,
      };
      round.rows.log.push(final);
    },
    [
      'G3 final events',
      'G3 events after the final one',
      'G6 logged text is not the answer',
      'G8 written by a lost owner',
    ],
  ],
  [
    'showing before logging',
    (round) => {
      const lost = round.rows.log.findIndex(
        (row) => row.run === 'run-first' && row.epoch === 1 && row.seq === 3,
      );
      round.rows.log.splice(lost, 1);
    },
    ['G6 shown but not logged'],
  ],
  [
    'an event shown other than logged',
    (round) => {
      const at = round.entries.indexOf(events(round, 'run-second')[2]!);
      const entry = round.entries[at] as Entry & { kind: 'event' };
      round.entries[at] = { ...entry, got: { ...entry.got, text: ' other' } };
    },
    ['G6 shown other than logged', 'G6 shown text is no prefix'],
  ],
  [
    'a dropped final event',
    (round) =>
      (round.rows.log = round.rows.log.filter((row) => row.run !== 'run-second' || !row.event.message)),
    ['G3 final events', 'G6 shown but not logged'],
  ],
  [
    'a resume that is off by one, forwards',
    (round) =>
      without(
        round,
        events(round, 'run-first').find(({ got }) => got.epoch === 2 && got.seq === 5),
      ),
    ['G5 resumed elsewhere than asked'],
  ],
  [
    'a resume that is off by one, backwards',
    (round) => {
      const first = events(round, 'run-first').find(({ connection }) => connection === 2)!;
      const again = toGot(round.rows.log.find((row) => row.epoch === 2 && row.seq === 4)!);
      round.entries.splice(round.entries.indexOf(first), 0, { ...first, got: again });
    },
    ['G5 repeated'],
  ],
  [
    'an event lost on the way to a socket',
    (round) => without(round, events(round, 'run-second')[2]),
    ['G6 gap without resync'],
  ],
  [
    'an epoch that does not say so',
    (round) => {
      round.rows.log = round.rows.log
        .filter(({ event }) => event.event !== 'reset')
        .map((row) => (row.epoch === 2 ? { ...row, seq: row.seq - 1 } : row));
      round.entries = round.entries.filter(
        (entry) => entry.kind !== 'event' || entry.got.run !== 'run-first',
      );
    },
    ['G6 epoch without reset'],
  ],
  [
    'a second answer',
    (round) => {
      round.rows.messages.push({ ...message(round, 'answer-first'), id: 'answer-again', position: 9 });
    },
    ['G3 two answers'],
  ],
  [
    'an answer of somebody else',
    (round) => (message(round, 'answer-first').content = message(round, 'answer-second').content),
    ['G3 another answer than the model gave', 'G4 history differs', 'G5 shown text is not the stored answer'],
  ],
  [
    'a run that never ends',
    (round) => (run(round, 'run-second').state = 'running'),
    ['G3 two ends', 'G7 run without end'],
  ],
  ['a run that takes too long', (round) => (run(round, 'run-second').ended = 500_000), ['G7 run too long']],
  [
    'two runs of a session at once',
    (round) => (run(round, 'run-first').ended = 240),
    ['G4 two runs at once'],
  ],
  [
    'a session that is answered in another order',
    (round) => Object.assign(run(round, 'run-first'), { created: 90, started: 300, ended: 350 }),
    ['G4 out of order'],
  ],
  [
    'positions that are not in the order of sending',
    (round) => {
      message(round, 'question-first').position = 5;
      round.entries = round.entries.filter(({ kind }) => kind !== 'created' && kind !== 'history');
      round.entries = round.entries.map((entry) =>
        entry.kind === 'ok' && entry.op === 1 ? { ...entry, position: 5 } : entry,
      );
    },
    ['G4 out of order'],
  ],
  [
    'a history in another order',
    (round) =>
      (round.entries = round.entries.map((entry) =>
        entry.kind === 'history' ? { ...entry, messages: entry.messages.toReversed() } : entry,
      )),
    ['G4 out of order'],
  ],
  [
    'a history that lacks a question',
    (round) =>
      (round.entries = round.entries.map((entry) =>
        entry.kind === 'history' ? { ...entry, messages: entry.messages.slice(1) } : entry,
      )),
    ['G1 lost'],
  ],
  [
    'a late takeover',
    (round) =>
      (round.entries = round.entries.map((entry) =>
        entry.kind === 'takeover' ? { ...entry, ms: 15_001 } : entry,
      )),
    ['G8 taken over late'],
  ],
  [
    'a node that is killed at the end of its drain',
    (round) =>
      (round.entries = round.entries.map((entry) =>
        entry.kind === 'drain' ? { ...entry, code: null } : entry,
      )),
    ['G9 drained badly'],
  ],
  [
    'a stop without effect',
    (round) =>
      round.entries.push(
        { ...spot, kind: 'invoke', op: 600, action: 'stop', run: 'run-second', at: 1 },
        { kind: 'ok', op: 600, state: 'running', at: 2 },
      ),
    ['G10 stopped in vain'],
  ],
  [
    'a stop that works late',
    (round) => {
      Object.assign(run(round, 'run-second'), { state: 'cancelled', stopped: 1, ended: 2_500 });
      round.entries.push(
        { ...spot, kind: 'invoke', op: 600, action: 'stop', run: 'run-second', at: 1 },
        { kind: 'ok', op: 600, state: 'running', at: 2 },
      );
    },
    ['G10 stopped in vain', 'G3 answer in another state', 'G3 other final event', 'G3 two ends'],
  ],
  [
    'a model that is asked again and again',
    (round) =>
      (round.entries = round.entries.map((entry) =>
        entry.kind === 'calls' ? { ...entry, count: entry.count + 3 } : entry,
      )),
    ['G2 model asked too often'],
  ],
];

describe('the checker', () => {
  it('finds nothing in a sound round', () => {
    const round = soundRound();
    expect(check(round.entries, rowsOf(round), PROMISED)).toEqual([]);
    expect(round.entries.length).toBeGreaterThan(30);
  });

  it.each(PLANTS)('catches %s', (_bug, spoil, found) => {
    const round = soundRound();
    spoil(round);
    expect(violationsOf(round).toSorted()).toEqual(found.toSorted());
  });
});

import { check } from './check.js';
import { PROMISED } from './facts.js';
import { type Round, rowsOf, soundRound } from './sound-round.js';

const unmade = (round: Round): void => {
  round.entries = round.entries.filter(({ kind }) => kind !== 'changed');
};

describe('the checker of steps', () => {
  it.each<[string, (round: Round) => void, string[]]>([
    [
      'a step that is done twice',
      (round) => round.entries.push({ kind: 'changed', run: 'run-second', step: 's1', at: 1 }),
      ['G3 changed twice'],
    ],
    [
      'a step that is done although it was refused',
      (round) => (round.rows.steps[0]!.state = 'refused'),
      ['G1 decision lost', 'G3 changed without consent'],
    ],
    ['a step that is stored as done and was not', unmade, ['G3 done without being done']],
    [
      'a decision that is forgotten',
      (round) => {
        unmade(round);
        round.rows.steps[0]!.state = 'proposed';
      },
      ['G1 decision lost'],
    ],
  ])('catches %s', (_bug, spoil, expected) => {
    const round = soundRound();
    spoil(round);
    const found = check(round.entries, rowsOf(round), PROMISED).map(
      ({ promise, name }) => `${promise} ${name}`,
    );
    expect(found.toSorted()).toEqual(expected);
  });
});

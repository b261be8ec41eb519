import { shownArguments, timeLeft } from './approval-words.js';
import { inWords } from './tool-words.js';

describe('what a person is asked to agree to', () => {
  it('shows every argument, whole and in order', () => {
    const args = {
      new_title: 'Spring',
      notify: ['ann', 'bob'],
      budget: { eur: 12.5, capped: true },
      note: null,
    };
    expect(shownArguments(args)).toEqual([
      { name: 'new title', value: 'Spring' },
      { name: 'notify', value: [{ value: 'ann' }, { value: 'bob' }] },
      {
        name: 'budget',
        value: [
          { name: 'eur', value: '12.5' },
          { name: 'capped', value: 'yes' },
        ],
      },
      { name: 'note', value: 'empty' },
    ]);
  });

  it('says of what is empty that it is', () => {
    expect(shownArguments({ a: '', b: [], c: {} }).map(({ value }) => value)).toEqual([
      'empty',
      'empty',
      'empty',
    ]);
  });

  it('shows what turns the order of letters round instead of obeying it', () => {
    expect(shownArguments({ file: 'invoice\u202Efdp.exe' })).toEqual([
      { name: 'file', value: 'invoice[U+202E]fdp.exe' },
    ]);
    expect(inWords('send\u2066_mail')).toBe('send[U+2066] mail');
  });

  it('shows what is nested very deeply as it came', () => {
    let deep: unknown = 'end';
    for (let level = 0; level < 20; level += 1) deep = { deep };
    expect(JSON.stringify(shownArguments({ deep }))).toContain('end');
  });

  it.each([
    [-5, 'Less than a minute left'],
    [59_000, 'Less than a minute left'],
    [61_000, '2 minutes left'],
    [15 * 60_000, '15 minutes left'],
    [24 * 3_600_000, '24 hours left'],
  ])('says of %d ms: %s', (ms, words) => {
    expect(timeLeft(ms)).toBe(words);
  });
});

import { distance, Spelling } from './spelling.js';

const spelling = new Spelling(['report', 'description', 'load', 'post', 'server', 'cancel', 'failed login']);
const first = (term: string): string | undefined => spelling.resolve(term)[0]?.term;

describe('distance', () => {
  it.each([
    ['report', 'report', 0],
    ['reprot', 'report', 1],
    ['repor', 'report', 1],
    ['reporrt', 'report', 1],
    ['repart', 'report', 1],
    ['rpeotr', 'report', 2],
    ['', 'abc', 3],
  ])('from %p to %p is %i', (a, b, expected) => {
    expect(distance(a, b)).toBe(expected);
    expect(distance(b, a)).toBe(expected);
  });
});

describe('Spelling', () => {
  it('takes a known term as it is', () => {
    expect(spelling.resolve('report')).toEqual([{ term: 'report', share: 1 }]);
  });

  it.each([
    ['reprot', 'report'],
    ['erport', 'report'],
    ['discription', 'description'],
    ['dscriptoin', 'description'],
    ['laod', 'load'],
    ['psot', 'post'],
    ['cancellation', 'cancel'],
    ['cancelado', 'cancel'],
    ['produktivserver', 'server'],
  ])('understands %s as %s', (asked, meant) => {
    expect(first(asked)).toBe(meant);
  });

  it.each(['lead', 'past', 'xpost', 'zzzzzz', 'a', '', 'rep0rt', 'retort!'])(
    'does not guess at %p',
    (term) => {
      expect(spelling.resolve(term)).toEqual([]);
    },
  );

  it('gives a guess less weight than the word itself', () => {
    for (const { share } of ['reprot', 'dscriptoin', 'cancelado'].flatMap((term) => spelling.resolve(term)))
      expect(share).toBeLessThan(1);
  });
});

import { copyIn } from '../../skills/plans/marketbot.plans.js';
import { countsOf, readingEase, syllablesOf } from './readability.js';

describe('the counts of a text', () => {
  it.each([
    ['The cat sat on the mat.', 6, 1, 6],
    ['Hello world. This is fine!', 5, 2, 6],
    ['A heading\n- one item\n- another item', 6, 3, 11],
    ['', 0, 0, 0],
    ['🎯🎯', 0, 0, 0],
  ])('of %j', (text, words, sentences, syllables) => {
    expect(countsOf(text)).toMatchObject({ words, sentences, syllables });
  });

  it('has characters as people see them', () => expect(countsOf('añ👨‍👩‍👧').characters).toBe(3));

  it.each([
    ['make', 1],
    ['table', 2],
    ['readability', 5],
    ['jumped', 1],
    ['wanted', 2],
    ['42', 1],
  ])('sees the syllables of %s', (word, count) => expect(syllablesOf(word)).toBe(count));
});

describe('the reading ease of Flesch', () => {
  it('is that of the formula, worked out by hand', () => {
    expect(readingEase({ characters: 0, words: 6, sentences: 1, syllables: 6 })).toBeCloseTo(116.145, 3);
    expect(readingEase({ characters: 0, words: 100, sentences: 4, syllables: 170 })).toBeCloseTo(37.64, 2);
  });

  it('is none of no text', () => expect(readingEase(countsOf('')) ?? 'none').toBe('none'));
});

describe('the text in a question', () => {
  it.each([
    ['Check this: "We sell good shoes all year."', 'We sell good shoes all year.', undefined],
    ['Check this text with the keyword shoes: "We sell good shoes."', 'We sell good shoes.', 'shoes'],
    ['Is this readable?\n\nOur shoes last for many years.', 'Our shoes last for many years.', undefined],
    ['keyword "red shoes": We sell red shoes in Rome.', 'We sell red shoes in Rome.', 'red shoes'],
    ['```\nSome copy that is fenced in.\n``` check', 'Some copy that is fenced in.', undefined],
  ])('of %j', (question, text, keyword) => {
    expect(copyIn(question)).toEqual(keyword === undefined ? { text } : { text, keyword });
  });

  it.each(['Write a blog post', 'Check: short', ''])('is none in %j', (question) => {
    expect(copyIn(question)).toBeNull();
  });

  it('is found in no time, whatever is sent', () => {
    for (const piece of ['"', ': ', '\n\n', '```', 'keyword '])
      expect(typeof copyIn(piece.repeat(20_000))).toBe('object');
  });
});

import { words } from '../common/words.js';
import { questionTerms, stem, terms } from './terms.js';

describe('words', () => {
  it.each([
    ['Hello, World!', ['hello', 'world']],
    ["What's the café’s naïve plan?", ['whats', 'the', 'cafes', 'naive', 'plan']],
    ['Как дела, мир?', ['как', 'дела', 'мир']],
    ['RATE_LIMIT_PER_MINUTE', ['rate_limit_per_minute', 'rate', 'limit', 'per', 'minute']],
    ['नमस्ते दुनिया', ['नमस्ते', 'दुनिया']],
    ['__proto__', ['proto']],
    ['?!… 🎯', []],
  ])('splits %p', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('finds the words of scripts that put no blanks between them', () => {
    expect(words('我爱北京天安门').length).toBeGreaterThan(1);
    expect(words('สวัสดีชาวโลก').length).toBeGreaterThan(1);
  });
});

describe('terms', () => {
  it.each([
    ['campaigns', 'campaign'],
    ['optimise', 'optimize'],
    ['optimising', 'optimized'],
    ['running', 'run'],
    ['adding', 'add'],
    ['queries', 'query'],
    ['searches', 'search'],
    ['messages', 'message'],
    ['deployed', 'deploy'],
    ['scaling', 'scale'],
  ])('takes %s and %s for the same', (a, b) => {
    expect(stem(a)).toBe(stem(b));
  });

  it.each(['status', 'access', 'analysis', 'string', 'need', 'größe'])('leaves %s alone', (word) => {
    expect(stem(word)).toBe(word);
  });

  it('leaves out what every question has', () => {
    expect(terms('How can I do this for you?')).toEqual([]);
    expect(terms('How do I restore the backups?')).toEqual(['restor', 'backup']);
  });

  it('looks at a bounded number of terms of a question', () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `word${index}`).join(' ');
    expect(questionTerms(long).length).toBeLessThanOrEqual(48);
    expect(questionTerms('backup backup backups')).toEqual(['backup']);
  });
});

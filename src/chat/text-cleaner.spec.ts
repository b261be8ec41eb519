import fc from 'fast-check';
import { cleanText } from '../common/clean-json.js';
import { TextCleaner } from './text-cleaner.js';

describe('streamed text', () => {
  it('gives the same as the whole text, wherever it was cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.array(fc.nat({ max: 30 })),
        (text, cuts) => {
          const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          const cleaner = new TextCleaner();
          const pieces = places.slice(1).map((end, index) => cleaner.push(text.slice(places[index], end)));
          expect(pieces.join('') + cleaner.end()).toBe(cleanText(text));
        },
      ),
    );
  });

  it('removes NUL and replaces halves of pairs', () => {
    expect(cleanText('a\u0000b\ud800c')).toBe('ab\ufffdc');
  });
});

import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { SafeText } from '../../../common/safe-text.js';
import { plainTerms } from '../../terms.js';
import { Tool, type ToolFindings } from '../tool.contract.js';
import { column, figuresOf, reads, rounded } from '../tool-figures.js';
import { countsOf, readingEase, wordsIn } from './readability.js';

const MAX_TEXT = 20_000;
const MOST_WORDS = 15;

const Arguments = z.strictObject({
  text: SafeText.min(1).max(MAX_TEXT).describe('The text that the user wants checked, as it is.'),
  keyword: SafeText.trim().min(1).max(60).optional().describe('A word or phrase that the text should use.'),
});
type Arguments = z.infer<typeof Arguments>;

const MEASURES = [
  column('characters', 'Characters', 'integer'),
  column('words', 'Words', 'integer'),
  column('sentences', 'Sentences', 'integer'),
  column('per_sentence', 'Words in a sentence (mean)', 'number'),
  column('reading_ease', 'Flesch reading ease', 'number'),
];
const USED = [
  column('word', 'Word', 'text'),
  column('times', 'Times', 'integer'),
  column('share', 'Share of all words', 'number', { format: '.1%' }),
];

/** Length, readability and use of words of a text that the user gave. */
@Injectable()
export class CopyCheckTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'copy_check',
    title: 'Measuring the text',
    description:
      'Measures a text that the user gave: characters, words, sentences, Flesch reading ease (1948, for English), the most frequent words, and how often a keyword is used.',
    roles: ['super_admin', 'tenant_admin', 'user'],
    scope: 'own',
  });
  readonly parameters = Arguments;

  run({ text, keyword }: Arguments): Promise<ToolFindings> {
    const { syllables, ...counts } = countsOf(text);
    const ease = rounded(readingEase({ ...counts, syllables }), 1);
    const perSentence = counts.sentences > 0 ? rounded(counts.words / counts.sentences, 1) : null;
    const measures = { ...counts, per_sentence: perSentence, reading_ease: ease };
    const asOf = new Date();
    const used = frequent(text).map(({ word, times }) => ({
      word,
      times,
      share: rounded(times / counts.words, 4),
    }));
    return Promise.resolve({
      figures: {
        measures: figuresOf('the text in the question', asOf, MEASURES, [measures]),
        used: figuresOf('the text in the question', asOf, USED, used),
        ...(keyword === undefined ? {} : { keyword: keywordUse(text, keyword, counts.words, asOf) }),
      },
      text: 'The reading ease is the formula of Rudolf Flesch (1948): about 60 to 70 is plain English, below 30 is very hard. It holds for English only.',
    });
  }
}

function keywordUse(text: string, keyword: string, words: number, asOf: Date) {
  const wanted = folded(wordsIn(keyword));
  const all = folded(wordsIn(text));
  const times =
    wanted.length === 0
      ? 0
      : all.filter((_, at) => wanted.every((word, offset) => all[at + offset] === word)).length;
  const share = words > 0 ? rounded((times * wanted.length) / words, 4) : null;
  return figuresOf('the text in the question', asOf, USED, [{ word: keyword, times, share }]);
}

const folded = (words: readonly string[]): string[] => words.map((word) => word.toLowerCase());

function frequent(text: string): { word: string; times: number }[] {
  const counts = new Map<string, number>();
  for (const word of plainTerms(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .map(([word, times]) => ({ word, times }))
    .sort((a, b) => b.times - a.times || a.word.localeCompare(b.word))
    .slice(0, MOST_WORDS);
}

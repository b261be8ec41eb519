import { dayOf, reportOf, totalsOf } from './testing/sample-report.js';
import { tilesOf } from './tiles.js';

const days = [dayOf('2026-03-01')];

describe('tilesOf', () => {
  it('writes every figure for people, and keeps it exact', () => {
    const totals = totalsOf({
      conversations: 1204,
      questions: 200,
      answers: 180,
      failed: 5,
      stopped: 15,
      feedback: { up: 3, down: 1 },
      time_to_first_token: { p50: 0.4321, p95: 1.25 },
      time_to_end: { p50: 3.456, p95: 12 },
      input_tokens: 1_500_000,
      output_tokens: 40,
      cost: 9,
    });
    const tiles = tilesOf(reportOf(days, { totals, currency: 'EUR' }), 'en');
    expect(tiles.map(({ label, value, text, note }) => [label, value, text, note])).toEqual([
      ['Conversations', 1204, '1,204', '200 questions'],
      ['Answers', 180, '180', '15 stopped by the reader'],
      ['Failure rate', 0.025, '2.5%', '5 failed'],
      ['Good ratings', 0.75, '75.0%', '3 thumbs up, 1 down'],
      ['Time to first text', 0.4321, '0.432\u00a0s', 'Median; 95 % within 1.25\u00a0s'],
      ['Time to the end', 3.456, '3.46\u00a0s', 'Median; 95 % within 12\u00a0s'],
      ['Tokens', 1_500_040, '1.5M', '1.5M in, 40 out'],
      ['Cost', 9, '€9.00', '€0.05 an answer'],
    ]);
  });

  it('has no figure where there is none, rather than 0', () => {
    const tiles = tilesOf(reportOf(days), 'en');
    const without = tiles.filter(({ value }) => value === null);
    expect(without.map(({ label, text }) => [label, text])).toEqual([
      ['Failure rate', '–'],
      ['Good ratings', '–'],
      ['Time to first text', '–'],
      ['Time to the end', '–'],
    ]);
    expect(tiles.at(-1)).toMatchObject({ text: '$0.00', note: 'No answers yet' });
  });

  it('names the models whose cost is not known', () => {
    const report = reportOf(days, { totals: totalsOf({ cost: null }), unpriced_models: ['openai/x', 'y'] });
    expect(tilesOf(report, 'en').at(-1)).toEqual({
      label: 'Cost',
      value: null,
      text: '–',
      note: 'No price set for openai/x, y',
    });
  });

  it('counts one as one, and names no more models than there is room for', () => {
    const many = { totals: totalsOf({ questions: 1, cost: null }), unpriced_models: ['a', 'b', 'c', 'd'] };
    const notes = tilesOf(reportOf(days, many), 'en').map(({ note }) => note);
    expect([notes[0], notes.at(-1)]).toEqual(['1 question', 'No price set for a, b and 2 more']);
  });

  it('follows the locale', () => {
    const report = reportOf(days, {
      totals: totalsOf({ conversations: 1204, cost: 0.001234 }),
      currency: 'EUR',
    });
    const [first, ...rest] = tilesOf(report, 'de-DE');
    expect([first!.text, rest.at(-1)!.text]).toEqual(['1.204', '0,00123\u00a0€']);
  });
});

import fc from 'fast-check';
import { digest } from './digest.js';
import { Summary, SUMMARY_LIMITS } from './summary.contract.js';

const user = (content: string) => ({ role: 'user' as const, content });
const assistant = (content: string) => ({ role: 'assistant' as const, content });
const chatter = (i: number) => [
  user(`What about the weather on day ${i}?`),
  assistant('It will be fine, I suppose.'),
];

describe('a summary without a model', () => {
  it('keeps what a user said first through two hundred turns', () => {
    const first = [
      user('Our campaign is called Falcon and its budget is 4200 EUR.'),
      assistant('Understood.'),
    ];
    let summary = digest(undefined, first);
    for (let i = 0; i < 200; i += 4) summary = digest(summary, [i, i + 1, i + 2, i + 3].flatMap(chatter));
    expect(summary.summary).toContain('Falcon and its budget is 4200 EUR');
    expect(summary.summary).toContain('day 199');
    expect(summary.summary.length).toBeLessThanOrEqual(SUMMARY_LIMITS.text);
  });

  it.each([
    ['我们的活动叫做猎鹰计划。今天天气怎么样？', '猎鹰计划'],
    ['キャンペーンの名前はファルコンです。', 'ファルコン'],
    ['Наша кампания называется Сокол. Да.', 'Сокол'],
    ['حملتنا تسمى الصقر وميزانيتها 4200 يورو.', 'الصقر'],
    ['หมายเลขแคมเปญคือ 4200 ชื่อเหยี่ยว', 'เหยี่ยว'],
  ])('reads %s', (text, name) => {
    const made = digest(undefined, [user(text)]);
    expect(made.summary).toContain(name);
    expect(made.key_topics.length).toBeGreaterThan(0);
  });

  it('finds what is to be done and how somebody feels', () => {
    const made = digest(undefined, [
      user('- [ ] Send the offer to Ann\n- [x] Call Bob'),
      user('Wir müssen bis Freitag die Anzeige erledigen.'),
      user('That is terrible, it failed again, another error.'),
      assistant('You must be patient.'),
    ]);
    expect(made.action_items).toEqual([
      'Send the offer to Ann',
      'Wir müssen bis Freitag die Anzeige erledigen.',
    ]);
    expect(made.sentiment).toBe('negative');
    expect(digest(undefined, [user('Great, thanks, perfect!')]).sentiment).toBe('positive');
  });

  it('leaves code and tables out', () => {
    const made = digest(undefined, [
      user('Look at this thing:\n```\nsecretCode = 1 + 2 + 3\n```\n| a | b |\n'),
    ]);
    expect(made.summary).toBe('Look at this thing:');
  });

  it('is valid and the same again, whatever was said', () => {
    const said = fc.array(
      fc.record({
        role: fc.constantFrom('user' as const, 'assistant' as const),
        content: fc.string({ maxLength: 600, unit: 'grapheme' }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(said, said, fc.integer({ min: 10, max: 1600 }), (before, messages, room) => {
        const made = digest(digest(undefined, before), messages, room);
        expect(Summary.parse(made)).toEqual(made);
        expect(made.summary.length).toBeLessThanOrEqual(room);
        expect(digest(digest(undefined, before), messages, room)).toEqual(made);
      }),
      { numRuns: 60 },
    );
  });

  it('takes no long time for any text', () => {
    const started = Date.now();
    for (const piece of ['```', '| ', '"', '漢字', 'a.', '\n \t', 'A '])
      digest(
        undefined,
        Array.from({ length: 20 }, () => user(piece.repeat(50_000))),
      );
    expect(Date.now() - started).toBeLessThan(5000);
  });
});

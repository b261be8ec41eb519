import { titleOf, titleSaid } from './title-of.js';

describe('the title of a first question', () => {
  it.each([
    ['How are my campaigns?', 'How are my campaigns?'],
    ['\n\n  ## **Plan** for `spring`\nmore', 'Plan for spring'],
    ['- [x](https://example.com) and ![pic](a.png)', 'x and pic'],
    ['```sql\nSELECT 1\n```', 'SELECT 1'],
    ['> 1. quoted   text', 'quoted text'],
    ['2 * 3 * 4 = 24?', '2 * 3 * 4 = 24?'],
    ['```\n```', '``` ```'],
    ['snake_case and __bold__', 'snake_case and bold'],
  ])('of %j is %j', (content, title) => expect(titleOf(content)).toBe(title));

  it('is cut at a word, and within one that is too long', () => {
    const title = titleOf('wonderful '.repeat(20));
    expect(title).toBe(`${'wonderful '.repeat(8).trim()}…`);
    expect(Array.from(titleOf('字'.repeat(200)))).toHaveLength(80);
    expect(titleOf(`${'😀'.repeat(200)}`).isWellFormed()).toBe(true);
  });
});

describe('a title that a model says', () => {
  it.each([
    ['"Sales in May"', 'Sales in May'],
    ['\n\n**Title: Sales in May.**\n\nI named it so because …', 'Sales in May'],
    ['# 五月の売上。', '五月の売上'],
    ['„Umsätze im Mai“', 'Umsätze im Mai'],
    ['Is it down?', 'Is it down?'],
    ['', ''],
    ['"…"', ''],
  ])('%j is %j', (said, title) => {
    expect(titleSaid(said)).toBe(title);
  });

  it('is cut like any other', () => {
    expect(titleSaid('word '.repeat(100)).length).toBeLessThanOrEqual(60);
  });
});

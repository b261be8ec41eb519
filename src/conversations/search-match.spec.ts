import { snippetOf } from './search-match.js';

const marked = (text: string, query: string): string[] => {
  const { snippet, marks } = snippetOf(text, query);
  return marks.map(([at, length]) => snippet.slice(at, at + length));
};

describe('where a search found something', () => {
  it.each([
    ['Über die Straße', 'strasse UBER', ['Über', 'Straße']],
    ['Versicherungsvertrag', 'versicher', ['Versicher']],
    ['e\u0301te\u0301 and more', 'été', ['e\u0301te\u0301']],
    ['我想优化营销活动', '营销', ['营销']],
    ['a pizza🍕!', '🍕', ['🍕']],
    ['<b>bold</b> & more', 'bold', ['bold']],
    ['ΛΌΓΟΣ', 'λογος', ['ΛΌΓΟΣ']],
    ['nothing here', '%', []],
    ['nothing here', 'where', []],
  ])('marks in %j what %j found', (text, query, words) => {
    expect(marked(text, query)).toEqual(words);
  });

  it('cuts a long text around the first place, at a word, and never through a character', () => {
    const text = `${'lorem ipsum '.repeat(100)}needle ${'😀'.repeat(300)}`;
    const { snippet, marks } = snippetOf(text, 'needle');
    expect(snippet.length).toBeLessThanOrEqual(240);
    expect(snippet).toMatch(/^(lorem|ipsum)/);
    expect(marks).toHaveLength(1);
    expect(snippet.isWellFormed()).toBe(true);
    expect(marked(text, 'needle')).toEqual(['needle']);
  });

  it('begins at the beginning where nothing is to be marked', () => {
    expect(snippetOf('some text', 'other')).toEqual({ snippet: 'some text', marks: [] });
    expect(snippetOf('', 'x')).toEqual({ snippet: '', marks: [] });
  });
});

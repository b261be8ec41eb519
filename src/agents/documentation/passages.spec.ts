import { extractOf } from './extract.js';
import { plainText, splitPassages } from './passages.js';

const PAGE = `Before the title.

# Guide

Intro.

## Set up \`it\`!

Text one.

\`\`\`bash
# not a heading
run

more
\`\`\`

| Key | Meaning |
| --- | --- |
| A | first |

### Deep

Deep text.

## Set up it

Again.

## Empty
`;

describe('splitPassages', () => {
  const passages = splitPassages('docs/guide.md', PAGE);

  it('makes one passage a heading, with its place', () => {
    expect(passages.map((passage) => passage.locator)).toEqual([
      'docs/guide.md',
      'docs/guide.md#guide',
      'docs/guide.md#set-up-it',
      'docs/guide.md#deep',
      'docs/guide.md#set-up-it-1',
    ]);
    expect(passages[3]).toMatchObject({ document: 'Guide', headings: ['Set up it!', 'Deep'] });
  });

  it('keeps code and tables whole', () => {
    expect(passages[2]!.blocks.map((block) => block.kind)).toEqual(['text', 'code', 'table']);
    expect(passages[2]!.blocks[1]!.text).toBe('```bash\n# not a heading\nrun\n\nmore\n```');
  });

  it('survives a fence that is never closed, Windows line ends, and an empty file', () => {
    expect(splitPassages('a.md', '# T\r\n\r\n```\r\ncode\r\n# x')).toMatchObject([
      { locator: 'a.md#t', blocks: [{ kind: 'code', text: '```\ncode\n# x' }] },
    ]);
    expect(splitPassages('a.md', '')).toEqual([]);
  });

  it('does not skip levels of headings', () => {
    expect(splitPassages('a.md', '# T\n### C\nx')[0]).toMatchObject({ document: 'T', headings: ['C'] });
  });

  it('reads words out of inline Markdown', () => {
    expect(plainText('See [the **guide**](../x.md) and `A_B`, ![pic](p.png) <br> _it_')).toBe(
      'See the guide and A_B, pic   it',
    );
  });
});

describe('extractOf', () => {
  const extract = (markdown: string, ...asked: string[]): string =>
    extractOf(splitPassages('a.md', `# T\n${markdown}`)[0]!, (term) => (asked.includes(term) ? 1 : 0));

  it('gives a short passage whole', () => {
    expect(extract('One.\n\nTwo.', 'two')).toBe('One.\n\nTwo.');
  });

  it('keeps to the rows of a long table that were asked for', () => {
    const rows = Array.from({ length: 30 }, (_, index) => `| key${index} | value |`).join('\n');
    expect(extract(`| Key | V |\n| --- | --- |\n${rows}`, 'key7')).toBe(
      '| Key | V |\n| --- | --- |\n| key7 | value |',
    );
  });

  it('keeps to the best sentences of a long text', () => {
    const filler = 'Nothing of interest stands in this sentence at all. '.repeat(30);
    const text = extract(`${filler}Backups run at night. ${filler}`, 'backup');
    expect(text).toBe('Backups run at night.');
  });

  it('cuts long code and closes its fence', () => {
    const code = extract(`\`\`\`js\n${'line\n'.repeat(200)}\`\`\``);
    expect(code.split('\n').length).toBe(26);
    expect(code.endsWith('…\n```')).toBe(true);
  });

  it('takes images, addresses and HTML out of prose, and leaves code spans as they are', () => {
    const text = extract(
      '![x](http://evil.example/p.png) [go](javascript:alert(1)) <script>a</script> `<b>`',
    );
    expect(text).not.toMatch(/evil\.example|javascript:|(?<!\\)<script/);
    expect(text).toContain('`<b>`');
  });
});

it('leaves out comments that are for tools, but not those in code', () => {
  const [passage] = splitPassages(
    'a.md',
    '# A\n<!-- prettier-ignore -->\nText.\n\n```html\n<!-- shown -->\n```',
  );
  expect(JSON.stringify(passage)).not.toContain('prettier');
  expect(JSON.stringify(passage)).toContain('shown');
});

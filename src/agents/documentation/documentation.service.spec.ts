import { packageRoot } from '../package-root.js';
import { DocumentationService } from './documentation.service.js';
import { readDocuments } from './read-documents.js';

describe('search in the documents of the service', () => {
  const files = readDocuments(packageRoot());
  const documentation = new DocumentationService(files);
  const places = (question: string): string[] => documentation.find(question, 5).map((hit) => hit.locator);

  it('reads the pages of docs with their paths in the package', () => {
    expect(files.map((file) => file.path)).toContain('docs/assistants.md');
    expect(documentation.size).toBeGreaterThan(8);
  });

  it.each([
    ['How is an agent chosen?', 'docs/assistants.md#how-an-agent-is-chosen'],
    ['What does the local engine not do?', 'docs/assistants.md#what-the-local-engine-does-not-do'],
    ['How do I add an agent?', 'docs/assistants.md#adding-an-agent'],
    ['adding skills to the local engine', 'docs/assistants.md#adding-a-skill-to-the-local-engine'],
    ['USAGE_SCOPE_REFUSED', 'docs/assistants.md#usage-and-limits'],
    ['USAGE_SCOPE_REFUSED とは何ですか', 'docs/assistants.md#usage-and-limits'],
    ['what are the thressholds of security_analyzer', 'docs/assistants.md#how-an-agent-is-chosen'],
  ])('finds an answer to "%s"', (question, place) => {
    expect(places(question)).toContain(place);
  });

  it('quotes what stands there', () => {
    const [hit] = new DocumentationService(files.filter(({ path }) => path === 'docs/assistants.md')).find(
      'Which assistant serves a tenant_admin: InfraBot, BizBot or MarketBot?',
      1,
    );
    expect(hit).toMatchObject({ locator: 'docs/assistants.md#the-four-assistants' });
    expect(hit!.title).toBe('Assistants and agents › The four assistants');
    expect(hit!.quote).toContain('| `tenant_admin` | BizBot');
    expect(hit!.coverage).toBeGreaterThan(0.55);
  });

  it.each([
    'How do I bake bread?',
    'Who won the football world cup?',
    'What is the capital of France?',
    'write a poem about rainbows',
    'Wie wird das Wetter morgen in Hamburg?',
    '今天天气怎么样',
    'ما هو الطقس اليوم',
    '???',
    '',
    '   ',
  ])('finds nothing for "%s"', (question) => {
    expect(places(question)).toEqual([]);
  });

  it('stays quick and calm whatever is asked', () => {
    const odd = ['a'.repeat(100_000), 'x '.repeat(50_000), '\u0000\ud800', '__proto__ constructor', '(((('];
    const start = performance.now();
    for (const question of odd) documentation.find(question, 3);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('DocumentationService', () => {
  it('prefers headings, and leaves out what is far behind the best', () => {
    const service = new DocumentationService([
      {
        path: 'docs/a.md',
        markdown: '# A\n## Backups\nThey run at night.\n## Other\nSee backups, among much else.',
      },
      { path: 'docs/b.md', markdown: '# B\n## Limits\nSixty.\n## More\nNothing.' },
    ]);
    expect(service.find('backups', 3)[0]!.locator).toBe('docs/a.md#backups');
    expect(service.find('backups', 1)).toHaveLength(1);
  });

  it('finds variables and addresses in code, not its examples', () => {
    const markdown = '# A\n```bash\ncurl /chat/history/x -d "optimize my campaign"\nSOME_KEY=1\n```';
    const service = new DocumentationService([{ path: 'docs/a.md', markdown }]);
    expect(service.find('SOME_KEY', 3)).toHaveLength(1);
    expect(service.find('optimize my campaign', 3)).toHaveLength(0);
  });

  it('works without any document', () => {
    expect(new DocumentationService([]).find('anything', 3)).toEqual([]);
    expect(readDocuments('/nonexistent')).toEqual([]);
  });
});

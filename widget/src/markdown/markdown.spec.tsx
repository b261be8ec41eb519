import { readMarkdown } from './tokens.js';
import type { ComponentChild, ComponentChildren, VNode } from 'preact';
import { lexer } from 'marked';
import { decodeEntities } from './entities.js';
import { inline } from './inline.js';
import { safeUrl } from './safe-url.js';

const isVNode = (child: ComponentChild): child is VNode<{ children?: ComponentChildren }> =>
  typeof child === 'object' && child !== null && 'type' in child;

/** Resolves function components, so that the elements that would be made can be compared. */
function flat(child: ComponentChildren): unknown {
  if (Array.isArray(child)) return child.flatMap((one) => flat(one));
  if (!isVNode(child as ComponentChild)) return child ?? [];
  const node = child as VNode<Record<string, unknown>>;
  if (typeof node.type === 'function' && node.type.length === 1 && node.props) {
    if ('children' in node.props && Object.keys(node.props).length === 1)
      return flat(node.props.children as never);
    return flat((node.type as (props: unknown) => ComponentChildren)(node.props));
  }
  return [{ tag: node.type, ...node.props, children: flat(node.props.children as never) }];
}

const render = (markdown: string) => {
  const [paragraph] = lexer(markdown);
  return flat(inline('tokens' in paragraph! ? paragraph.tokens : [])) as Record<string, unknown>[];
};

describe('inline Markdown', () => {
  it('shows HTML as text', () => {
    const drawn = render('a <img src=x onerror=alert(1)> b');
    expect(drawn.every((one) => typeof one === 'string')).toBe(true);
    expect(drawn.join('')).toContain('<img src=x onerror=alert(1)>');
  });

  it('makes a link that tells its host and gives nothing to the other side', () => {
    const [link, host] = render('[docs](https://example.com/a)');
    expect(link).toMatchObject({
      tag: 'a',
      href: 'https://example.com/a',
      rel: 'noopener noreferrer nofollow',
      target: '_blank',
    });
    expect(JSON.stringify(host)).toContain('example.com');
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '/relative',
    'https://user:pass@example.com',
  ])('shows only the text of a link to %s', (href) => {
    expect(render(`[click](${href})`)).toEqual(['click']);
  });

  it('never loads an image: it becomes a link', () => {
    const drawn = render('![logo](https://example.com/x.png)');
    expect(drawn[0]).toMatchObject({ tag: 'a', href: 'https://example.com/x.png' });
    expect(JSON.stringify(drawn)).not.toContain('"img"');
  });
});

describe('decodeEntities', () => {
  it.each([
    ['a &amp; b', 'a & b'],
    ['&lt;b&gt;', '<b>'],
    ['&#8364;&#x20AC;', '€€'],
    ['&unknown; &', '&unknown; &'],
    ['&#xD800;', '\ufffd'],
  ])('%s', (given, shown) => {
    expect(decodeEntities(given)).toBe(shown);
  });
});

describe('safeUrl', () => {
  it('keeps web and mail addresses only', () => {
    expect(safeUrl('mailto:a@b.c')?.href).toBe('mailto:a@b.c');
    expect(safeUrl('JaVaScRiPt:alert(1)')).toBeNull();
    expect(safeUrl(' \u0000javascript:alert(1)')).toBeNull();
  });
});

describe('readMarkdown', () => {
  it.each([
    ['a tower of quotes', `${'>'.repeat(3000)}a`],
    ['a tower of lists', `${'- '.repeat(2000)}a`],
    ['an endless address', `${'a.'.repeat(20_000)}@`],
    ['endless emphasis', '_a'.repeat(20_000)],
    ['a very long answer', 'word '.repeat(10_000)],
  ])('leaves %s as it was written', (_name, text) => {
    expect(readMarkdown(text)).toBeUndefined();
  });

  it('reads what people and models write', () => {
    expect(readMarkdown('# A\n\n- b\n  - c\n\n> d')?.map(({ type }) => type)).toEqual([
      'heading',
      'list',
      'blockquote',
    ]);
  });
});

it('shows the host of a link whose text names another one', () => {
  expect(JSON.stringify(render('[https://paypal.com/a.co](https://a.co/login)'))).toContain('"host"');
  expect(JSON.stringify(render('[a.co](https://a.co/)'))).not.toContain('"host"');
});

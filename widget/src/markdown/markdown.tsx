import type { Token, Tokens } from 'marked';
import { Component, type ComponentChildren, createElement } from 'preact';
import { CodeBlock } from './code-block.js';
import { inline } from './inline.js';
import { readMarkdown } from './tokens.js';

/** Markdown as vnodes. Blocks that did not change while an answer streams in are not drawn again. */
export function Markdown({ text }: { text: string }) {
  const tokens = readMarkdown(text);
  if (!tokens) return <AsWritten text={text} />;
  const levels = headingLevels(tokens);
  return (
    <div class="md">
      {tokens.map((token, index) => (
        <Block key={index} token={token} level={levels[index] ?? TOP} />
      ))}
    </div>
  );
}

function AsWritten({ text }: { text: string }) {
  return (
    <div class="md">
      <p class="as-written">{text}</p>
    </div>
  );
}

const TOP = 3;

/** Headings follow the panel's own, without a skipped level, whatever the answer begins with. */
function headingLevels(tokens: readonly Token[]): number[] {
  const depths = tokens.map((token) =>
    token.type === 'heading' ? Number((token as Tokens.Heading).depth) : 0,
  );
  const ranks = [...new Set(depths.filter((depth) => depth > 0))].sort((a, b) => a - b);
  let before = TOP - 1;
  return depths.map((depth) => {
    if (depth > 0) before = Math.min(before + 1, TOP + ranks.indexOf(depth), 6);
    return before;
  });
}

interface BlockProps {
  readonly token: Token;
  readonly level: number;
}

class Block extends Component<BlockProps> {
  override shouldComponentUpdate(next: BlockProps): boolean {
    const { token, level } = this.props;
    return next.token.raw !== token.raw || next.token.type !== token.type || next.level !== level;
  }

  override render() {
    const { token, level } = this.props;
    return token.type === 'heading'
      ? createElement(`h${level}`, null, inline(token.tokens))
      : block(token as Tokens.Generic);
  }
}

function block(token: Tokens.Generic): ComponentChildren {
  switch (token.type) {
    case 'heading':
      return (
        <p>
          <strong>{inline(token.tokens)}</strong>
        </p>
      );
    case 'paragraph':
      return <p>{inline(token.tokens)}</p>;
    case 'code':
      return <CodeBlock text={String(token.text)} lang={String(token.lang ?? '')} />;
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case 'hr':
      return <hr />;
    case 'list':
      return list(token as Tokens.List);
    case 'table':
      return table(token as Tokens.Table);
    case 'text':
      return token.tokens ? inline(token.tokens) : inline([token]);
    case 'space':
    case 'def':
      return null;
    default:
      return <p>{token.tokens ? inline(token.tokens) : token.raw}</p>;
  }
}

const blocks = (tokens: readonly Token[] | undefined) =>
  tokens?.map((token) => block(token as Tokens.Generic));

function list(token: Tokens.List): ComponentChildren {
  const items = token.items.map((item) => (
    <li class={item.task ? 'task' : undefined}>
      {item.tokens.map((inner) =>
        inner.type === 'checkbox' ? inline([inner]) : block(inner as Tokens.Generic),
      )}
    </li>
  ));
  return token.ordered ? (
    <ol dir="auto" start={Number(token.start) || 1}>
      {items}
    </ol>
  ) : (
    <ul dir="auto">{items}</ul>
  );
}

function table(token: Tokens.Table): ComponentChildren {
  const cell = (tag: 'th' | 'td') => (one: Tokens.TableCell, column: number) =>
    createElement(tag, { class: `align-${token.align[column] ?? 'left'}` }, inline(one.tokens));
  return (
    <div class="table" tabIndex={0} role="group">
      <table>
        <thead>
          <tr>{token.header.map(cell('th'))}</tr>
        </thead>
        <tbody>
          {token.rows.map((row) => (
            <tr>{row.map(cell('td'))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

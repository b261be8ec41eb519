import { lexer, type Token, type Tokens } from 'marked';
import { Component, type ComponentChildren, createElement } from 'preact';
import { CodeBlock } from './code-block.js';
import { inline } from './inline.js';

/** Markdown as vnodes. Blocks that did not change while an answer streams in are not drawn again. */
export function Markdown({ text }: { text: string }) {
  return (
    <div class="md">
      {lexer(text, { gfm: true })
        .filter((token) => token.type !== 'space' && token.type !== 'def')
        .map((token, index) => (
          <Block key={index} token={token} />
        ))}
    </div>
  );
}

class Block extends Component<{ token: Token }> {
  override shouldComponentUpdate(next: { token: Token }): boolean {
    return next.token.raw !== this.props.token.raw || next.token.type !== this.props.token.type;
  }

  override render() {
    return block(this.props.token as Tokens.Generic);
  }
}

function block(token: Tokens.Generic): ComponentChildren {
  switch (token.type) {
    case 'heading':
      return createElement(`h${Math.min(6, Number(token.depth) + 2)}`, null, inline(token.tokens));
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
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
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

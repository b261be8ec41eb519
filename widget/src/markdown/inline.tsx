import type { Token, Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { decodeEntities } from './entities.js';
import { hostOf, safeUrl } from './safe-url.js';

/** Inline Markdown tokens as vnodes. HTML is shown as text; nothing is ever set as markup. */
export function inline(tokens: readonly Token[] | undefined): ComponentChildren {
  return tokens?.map((token) => one(token as Tokens.Generic)) ?? null;
}

function one(token: Tokens.Generic): ComponentChildren {
  switch (token.type) {
    case 'strong':
      return <strong>{inline(token.tokens)}</strong>;
    case 'em':
      return <em>{inline(token.tokens)}</em>;
    case 'del':
      return <del>{inline(token.tokens)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link href={String(token.href)} text={inline(token.tokens)} plain={String(token.text)} />;
    case 'image':
      return <Link href={String(token.href)} text={token.text || '🖼'} plain={String(token.text)} />;
    case 'checkbox':
      return token.checked ? '☑ ' : '☐ ';
    case 'text':
      return token.tokens ? inline(token.tokens) : decodeEntities(String(token.text));
    case 'escape':
      return token.text;
    default:
      return token.raw;
  }
}

function Link({ href, text, plain }: { href: string; text: ComponentChildren; plain: string }) {
  const url = safeUrl(href);
  if (!url) return <>{text}</>;
  const host = hostOf(url);
  return (
    <>
      <a href={url.href} target="_blank" rel="noopener noreferrer nofollow">
        {text}
      </a>
      {saysWhere(plain, url) ? null : <span class="host"> ({host})</span>}
    </>
  );
}

/** True where the text of a link is its own address or host, so that nothing else need be shown. */
function saysWhere(plain: string, url: URL): boolean {
  const text = plain.trim();
  return text === hostOf(url) || safeUrl(text)?.href === url.href;
}

import type { AnswerPart } from '../../client/wire.js';
import { safeUrl } from '../../markdown/safe-url.js';
import { t } from '../../strings/strings.js';
import type { FigureProps } from '../../figures/figure.js';
import { Approval, type Decide } from './approval.js';
import { LazyFigure } from './lazy-figure.js';

type Part<T extends AnswerPart['type']> = Extract<AnswerPart, { type: T }>;

interface PartsProps {
  readonly parts: readonly AnswerPart[];
  readonly locale: string | undefined;
  readonly csvOf: FigureProps['csvOf'];
  /** Absent where the answer waits for nobody. */
  readonly decide: Decide | undefined;
}

/** What an answer shows beside its text, in the order in which it came; citations as one list at the end. */
export function Parts({ parts, ...rest }: PartsProps) {
  const citations = parts.filter((part) => part.type === 'citation');
  return (
    <>
      {parts.map((part, index) => (
        <PartView key={index} part={part} {...rest} />
      ))}
      {citations.length > 0 ? <Sources citations={citations} /> : null}
    </>
  );
}

function PartView({ part, locale, csvOf, decide }: Omit<PartsProps, 'parts'> & { part: AnswerPart }) {
  switch (part.type) {
    case 'table':
    case 'chart':
    case 'metric':
      return <LazyFigure part={part} locale={locale} csvOf={csvOf} />;
    case 'file':
      return <p class="note">📎 {part.filename}</p>;
    case 'approval':
      return <Approval part={part} locale={locale} decide={decide} />;
    case 'error':
      return <p class="ending failed">{part.detail}</p>;
    case 'text':
    case 'citation':
      return null;
  }
}

function Sources({ citations }: { citations: readonly Part<'citation'>[] }) {
  return (
    <details class="sources">
      <summary>{t.sources(citations.length)}</summary>
      <ol>
        {citations.map((citation, index) => {
          const url = safeUrl(citation.locator);
          return (
            <li key={index}>
              {url ? (
                <a href={url.href} target="_blank" rel="noopener noreferrer nofollow">
                  {citation.title}
                </a>
              ) : (
                <b>{citation.title}</b>
              )}
              <span class="locator"> {citation.locator}</span>
              {citation.quote ? <q>{citation.quote}</q> : null}
            </li>
          );
        })}
      </ol>
    </details>
  );
}

import { useRef } from 'preact/hooks';
import { useSheet } from '../styles/use-sheet.js';
import { Markdown } from './markdown.js';
import css from './markdown.css';

/** Markdown, with its own style sheet. */
export function StyledMarkdown({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useSheet(place, css);
  return (
    <div ref={place}>
      <Markdown text={text} />
    </div>
  );
}

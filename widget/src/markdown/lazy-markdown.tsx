import { Late } from '../lazy/late.js';
import { useLate } from '../lazy/use-late.js';

/** What draws Markdown; loaded when the first answer is near. */
export const lateMarkdown = new Late(() =>
  import('./styled-markdown.js').then(({ StyledMarkdown }) => StyledMarkdown),
);

/** Markdown; plain text until what draws it has come. */
export function LazyMarkdown({ text }: { text: string }) {
  const { value: Drawn } = useLate(lateMarkdown);
  if (Drawn) return <Drawn text={text} />;
  return (
    <div class="md">
      <p class="as-written">{text}</p>
    </div>
  );
}

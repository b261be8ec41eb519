import { useEffect, useState } from 'preact/hooks';
import type { Markdown } from './markdown.js';

let drawn: typeof Markdown | undefined;
let loading: Promise<void> | undefined;

/** Fetches what draws Markdown, once; called when the first answer is near. */
export function loadMarkdown(): Promise<void> {
  loading ??= import('./markdown.js').then(
    (module) => {
      drawn = module.Markdown;
    },
    () => {
      loading = undefined;
    },
  );
  return loading;
}

/** Markdown; plain text until what draws it has come. */
export function LazyMarkdown({ text }: { text: string }) {
  const [, redraw] = useState(false);
  useEffect(() => {
    if (!drawn) void loadMarkdown().then(() => redraw(true));
  }, []);
  return drawn ? (
    drawn({ text })
  ) : (
    <div class="md">
      <p class="as-written">{text}</p>
    </div>
  );
}

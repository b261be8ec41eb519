import { t } from '../strings/strings.js';
import { useCopied } from '../view/use-copied.js';

/** A block of code, with its language and, where the page may write to the clipboard, a button to copy it. */
export function CodeBlock({ text, lang }: { text: string; lang: string }) {
  const { copied, copy } = useCopied(text);
  return (
    <div class="code">
      <div class="code-bar">
        <span>{lang.split(/\s/)[0]}</span>
        {copy ? (
          <button type="button" class="quiet" onClick={copy}>
            {copied ? t.copied : t.copy}
          </button>
        ) : null}
      </div>
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </div>
  );
}

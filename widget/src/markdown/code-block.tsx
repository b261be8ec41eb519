import { useState } from 'preact/hooks';
import { en } from '../strings/en.js';

const SHOWN = 1_500;

/** A block of code, with its language and, where the page may write to the clipboard, a button to copy it. */
export function CodeBlock({ text, lang }: { text: string; lang: string }) {
  const [copied, setCopied] = useState(false);
  const clipboard = navigator.clipboard as Clipboard | undefined;
  const copy = () => {
    void clipboard?.writeText(text).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), SHOWN);
      },
      () => undefined,
    );
  };
  return (
    <div class="code">
      <div class="code-bar">
        <span>{lang.split(/\s/)[0]}</span>
        {clipboard ? (
          <button type="button" class="quiet" onClick={copy}>
            {copied ? en.copied : en.copy}
          </button>
        ) : null}
      </div>
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </div>
  );
}

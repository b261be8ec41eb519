import { useEffect, useState } from 'preact/hooks';

const SHOWN = 1_500;

/** Copies a text. `copy` is absent where the page may not write to the clipboard; `copied` is true for a moment. */
export function useCopied(text: string): {
  readonly copied: boolean;
  readonly copy: (() => void) | undefined;
} {
  const [copied, setCopied] = useState(0);
  const clipboard = navigator.clipboard as Clipboard | undefined;
  useEffect(() => {
    if (copied === 0) return;
    const timer = setTimeout(() => setCopied(0), SHOWN);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    void clipboard?.writeText(text).then(
      () => setCopied((times) => times + 1),
      () => undefined,
    );
  return { copied: copied > 0, copy: clipboard && copy };
}

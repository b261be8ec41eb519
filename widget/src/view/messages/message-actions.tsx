import { useContext } from 'preact/hooks';
import type { Versions as VersionsOf } from '../../client/wire.js';
import { t } from '../../strings/strings.js';
import { Busy } from '../busy.js';
import { Deed } from './deed.js';
import { useCopied } from '../use-copied.js';

/** Copies the text of a message; nothing where the page may not write to the clipboard. */
export function CopyDeed({ text }: { text: string }) {
  const { copied, copy } = useCopied(text);
  if (!copy) return null;
  return (
    <>
      <Deed label={t.copyMessage} icon={copied ? 'done' : 'copy'} onDo={copy} />
      <span class="for-readers" role="status">
        {copied ? t.copied : ''}
      </span>
    </>
  );
}

interface VersionsProps {
  readonly versions: VersionsOf;
  readonly idle: boolean;
  onShow(messageId: string): void;
}

/** Which version of a message is shown, and the ways to those before and after it. */
export function Versions({ versions, idle, onShow }: VersionsProps) {
  const busy = useContext(Busy);
  const { index, count, ids } = versions;
  const way = (label: string, icon: 'before' | 'after', id: string | undefined) => (
    <Deed label={label} icon={icon} idle={idle || busy || !id} onDo={() => id && onShow(id)} />
  );
  return (
    <div class="versions" role="group" aria-label={t.versions}>
      {way(t.versionBefore, 'before', ids[index - 2])}
      <span aria-live="polite">{t.version(index, count)}</span>
      {way(t.versionAfter, 'after', ids[index])}
    </div>
  );
}

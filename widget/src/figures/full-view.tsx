import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../strings/strings.js';
import { Icon } from '../view/icons.js';

interface FullViewProps {
  readonly title: string;
  readonly children: ComponentChildren;
  onClose(): void;
}

/** A figure over the whole window, above whatever the host shows. Escape ends it and nothing else. */
export function FullView({ title, children, onClose }: FullViewProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      class="full"
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          class="tool"
          aria-label={t.close}
          title={t.close}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="figure">{children}</div>
    </dialog>
  );
}

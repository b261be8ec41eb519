import type { Ref } from 'preact';
import { Line } from '../icons.js';
import { DEED_ICONS, type DeedIcon } from './deed-icons.js';

interface DeedProps {
  readonly label: string;
  readonly icon: DeedIcon;
  /** Cannot be done now. The button keeps the focus that it has. */
  readonly idle?: boolean;
  readonly pressed?: boolean;
  readonly buttonRef?: Ref<HTMLButtonElement>;
  onDo(): void;
}

/** A small button with an icon, beside a message. */
export function Deed({ label, icon, idle = false, pressed, buttonRef, onDo }: DeedProps) {
  return (
    <button
      type="button"
      class="deed"
      ref={buttonRef}
      aria-label={label}
      title={label}
      aria-disabled={idle}
      aria-pressed={pressed}
      onClick={idle ? undefined : onDo}
    >
      <Line path={DEED_ICONS[icon]} />
    </button>
  );
}

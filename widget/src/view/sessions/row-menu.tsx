import { useLayoutEffect, useRef } from 'preact/hooks';
import { Line } from '../icons.js';
import { SESSION_ICONS, type SessionIcon } from './session-icons.js';

export interface MenuItem {
  readonly label: string;
  readonly icon: SessionIcon;
  readonly shortcut?: string;
  readonly danger?: boolean;
  run(): void;
}

interface RowMenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** `back`: the focus returns to what opened it. */
  onClose(back: boolean): void;
}

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** What can be done with one conversation. Arrow keys move in it, Escape and Tab close it, as does a press elsewhere. */
export function RowMenu({ label, items, onClose }: RowMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const buttons = () => [...(menu.current?.querySelectorAll('button') ?? [])];
  useLayoutEffect(() => {
    menu.current?.scrollIntoView({ block: 'nearest' });
    buttons()[0]?.focus({ preventScroll: true });
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') onClose(true);
    else if (step) {
      const all = buttons();
      all[step(all.indexOf(event.target as HTMLButtonElement), all.length)]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      class="row-menu"
      role="menu"
      ref={menu}
      aria-label={label}
      onKeyDown={onKeyDown}
      onMouseDown={(event) => event.preventDefault()}
      onFocusOut={({ relatedTarget }) => {
        if (!menu.current?.contains(relatedTarget as Node | null)) onClose(false);
      }}
    >
      {items.map((item) => (
        <button
          type="button"
          role="menuitem"
          key={item.label}
          class={item.danger ? 'danger' : undefined}
          tabIndex={-1}
          aria-keyshortcuts={item.shortcut}
          onClick={item.run}
        >
          <Line path={SESSION_ICONS[item.icon]} />
          <span>{item.label}</span>
          {item.shortcut ? <kbd aria-hidden="true">{item.shortcut}</kbd> : null}
        </button>
      ))}
    </div>
  );
}

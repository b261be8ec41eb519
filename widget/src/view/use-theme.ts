import { useEffect, useState } from 'preact/hooks';
import type { Theme } from '../loader/panel-contract.js';

type Shade = 'light' | 'dark';
const query = '(prefers-color-scheme: dark)';
let hostTogglesDark = false;

/** The option; else the host's class `dark` on the root element; else the page's own background; else the system. */
function resolve(theme: Theme | undefined): Shade {
  if (theme === 'light' || theme === 'dark') return theme;
  const { classList, dataset } = document.documentElement;
  const named = dataset.theme ?? dataset.bsTheme;
  if (classList.contains('dark') || named === 'dark') {
    hostTogglesDark = true;
    return 'dark';
  }
  if (hostTogglesDark || classList.contains('light') || named === 'light') return 'light';
  return (
    shadeOf(document.body) ??
    shadeOf(document.documentElement) ??
    (matchMedia(query).matches ? 'dark' : 'light')
  );
}

/** Of an opaque background; null where what is behind it decides. */
function shadeOf(element: Element): Shade | null {
  const colour = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(getComputedStyle(element).backgroundColor);
  if (!colour) return null;
  const [red = 0, green = 0, blue = 0] = colour.slice(1).map(Number);
  return red * 0.299 + green * 0.587 + blue * 0.114 < 110 ? 'dark' : 'light';
}

/** Follows the host's and the system's changes. */
export function useTheme(theme: Theme | undefined): Shade {
  const [current, setCurrent] = useState(() => resolve(theme));
  useEffect(() => {
    const update = () => setCurrent(resolve(theme));
    const system = matchMedia(query);
    const host = new MutationObserver(update);
    host.observe(document.documentElement, { attributeFilter: ['class', 'data-theme', 'data-bs-theme'] });
    system.addEventListener('change', update);
    update();
    return () => {
      host.disconnect();
      system.removeEventListener('change', update);
    };
  }, [theme]);
  return current;
}

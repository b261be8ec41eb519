const FOCUS = ['focusin', 'focusout'] as const;
const INPUT = [
  'keypress',
  'keyup',
  'paste',
  'copy',
  'cut',
  'beforeinput',
  'input',
  'change',
  'submit',
] as const;

/**
 * Keeps what happens inside from the host's listeners: focus traps of modals, shortcuts, paste handlers.
 * Combinations with Ctrl or Cmd still reach the host. Out: a function that ends it.
 */
export function isolate(root: ShadowRoot): () => void {
  const stop = (event: Event) => event.stopPropagation();
  const stopKey = (event: KeyboardEvent) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  };
  const names = [...FOCUS, ...INPUT];
  for (const name of names) root.addEventListener(name, stop);
  root.addEventListener('keydown', stopKey as EventListener);
  return () => {
    for (const name of names) root.removeEventListener(name, stop);
    root.removeEventListener('keydown', stopKey as EventListener);
  };
}

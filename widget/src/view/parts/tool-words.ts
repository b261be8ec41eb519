/** What overrides the order of letters could show another text than the one that is agreed to. */
const ORDER_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;

/** In: a tool's name. Out: it in words. */
export function inWords(name: string): string {
  return plain(name).replaceAll('_', ' ');
}

/** In: any text. Out: it, with what overrides the order of its letters made visible. */
export function plain(text: string): string {
  return text.replace(ORDER_CONTROLS, (control) => `[U+${control.charCodeAt(0).toString(16).toUpperCase()}]`);
}

const ALLOWED = new Set(['http:', 'https:', 'mailto:']);

/** In: an address out of an answer. Out: it, normalised, when it is absolute and of an allowed kind; else null. */
export function safeUrl(href: string): URL | null {
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  return ALLOWED.has(url.protocol) && !url.username && !url.password ? url : null;
}

/** What is shown beside a link, so that nobody is led elsewhere by its text. */
export function hostOf(url: URL): string {
  return url.protocol === 'mailto:' ? url.pathname : url.host;
}

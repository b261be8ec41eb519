const DAY = 86_400_000;

/** In: ISO 8601. Out: the time of day; with the date when it was another day. */
export function timeOf(at: string, locale: string | undefined): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  const today = Date.now() - date.getTime() < DAY && date.getDate() === new Date().getDate();
  return date.toLocaleString(
    locale,
    today ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' },
  );
}

const DAY = 86_400_000;

/** Days that can be chosen. */
export const PERIODS = [7, 30, 90] as const;
export type Days = (typeof PERIODS)[number];

/** In: how many days, and now in milliseconds. Out: the first and the last of them in UTC, YYYY-MM-DD; the last is today. */
export function periodOf(days: number, now: number): { readonly from: string; readonly to: string } {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  return { from: day(now - (days - 1) * DAY), to: day(now) };
}

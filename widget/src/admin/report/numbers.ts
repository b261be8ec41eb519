import { metricText, numberText } from '../../figures/format.js';

const SHORT_FROM = 100_000;

/** A count; from a hundred thousand on as short as it can be. */
export const countText = (count: number, locale: string | undefined): string =>
  numberText(count, count >= SHORT_FROM ? '~s' : ',.0f', locale);

/** A count and what is counted, in English: one of it, or several. */
export const countedText = (count: number, name: string, locale: string | undefined): string =>
  `${countText(count, locale)} ${name}${count === 1 ? '' : 's'}`;

/** In: a share from 0 to 1; null where there is nothing to share. */
export const shareText = (share: number | null, locale: string | undefined): string =>
  share === null ? '–' : numberText(share, '.1%', locale);

/** In: seconds, or null where nothing was timed. */
export const secondsText = (seconds: number | null, locale: string | undefined): string =>
  seconds === null ? '–' : `${metricText(seconds, locale)}\u00a0s`;

/** In: an amount, null where it is not known, and its currency (ISO 4217). Amounts below a tenth keep three digits. */
export function moneyText(amount: number | null, currency: string, locale: string | undefined): string {
  if (amount === null) return '–';
  const digits = amount !== 0 && Math.abs(amount) < 0.1 ? { maximumSignificantDigits: 3 } : {};
  return new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits }).format(amount);
}

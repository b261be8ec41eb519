import type { Language } from './strings.js';

/** Every language but English, which needs no loading. */
const LANGUAGES: Readonly<Record<string, () => Promise<Language>>> = {
  ar: () => import('./languages/ar.js').then(({ ar }) => ar),
  de: () => import('./languages/de.js').then(({ de }) => de),
  es: () => import('./languages/es.js').then(({ es }) => es),
  fr: () => import('./languages/fr.js').then(({ fr }) => fr),
  hi: () => import('./languages/hi.js').then(({ hi }) => hi),
  ja: () => import('./languages/ja.js').then(({ ja }) => ja),
  pt: () => import('./languages/pt.js').then(({ pt }) => pt),
};
const ENGLISH = 'en';
const RIGHT_TO_LEFT: readonly string[] = ['ar'];

/**
 * The first wish that there are sentences for. In: language tags (BCP 47) by preference, good or bad.
 * Out: the tag as Intl takes it, such as pt-BR; English where there is none.
 */
export function chooseLocale(wishes: readonly (string | null | undefined)[]): string {
  for (const wish of wishes) {
    const tag = canonical(wish);
    if (tag && (languageOf(tag) === ENGLISH || Object.hasOwn(LANGUAGES, languageOf(tag)))) return tag;
  }
  return ENGLISH;
}

function canonical(tag: string | null | undefined): string | undefined {
  try {
    return tag ? Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0] : undefined;
  } catch {
    return undefined;
  }
}

const languageOf = (locale: string) => locale.split('-')[0]!;

/** In: a locale that was chosen. Out: its sentences, null for those of English; English where they cannot be loaded. */
export async function loadLanguage(
  locale: string,
): Promise<{ readonly locale: string; readonly language: Language | null }> {
  try {
    return { locale, language: (await LANGUAGES[languageOf(locale)]?.()) ?? null };
  } catch {
    return { locale: ENGLISH, language: null };
  }
}

/** Which way a locale is written. Undefined: from left to right, where the page around says nothing else. */
export function directionOf(locale: string): 'rtl' | undefined {
  return RIGHT_TO_LEFT.includes(languageOf(locale)) ? 'rtl' : undefined;
}

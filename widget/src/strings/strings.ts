import { en, type Strings } from './en.js';
import type { SessionStrings } from './en-sessions.js';

/** One language: the panel's sentences and those of its list of conversations. */
export interface Language {
  readonly panel: Strings;
  readonly sessions: SessionStrings;
}

/** The sentences in use. */
export let t: Strings = en;

/** What a failure is called for a person. In: its code, and the sentence that came with it. */
export function failureText({ code, detail }: { readonly code: string; readonly detail: string }): string {
  const known: Readonly<Partial<Record<string, string>>> = t.failures;
  return known[code] ?? detail;
}

const followers = new Set<(language: Language | null) => void>();
let spoken: Language | null = null;

/** From now on sentences are of this language; null: English. What is drawn already has to be drawn again. */
export function speak(language: Language | null): void {
  spoken = language;
  t = language?.panel ?? en;
  for (const follower of followers) follower(language);
}

/** Tells which language is in use, now and whenever that changes; null: English. */
export function onLanguage(follower: (language: Language | null) => void): void {
  followers.add(follower);
  follower(spoken);
}

/** What the service tells the page in an attribute. */
export interface Settings {
  /** Origins of pages that may hand a token over. */
  readonly origins: readonly string[];
  /** Whether demo roles are offered. */
  readonly demo: boolean;
}

/** In: the attribute's text, from the service. */
export const readSettings = (text: string | undefined): Settings => JSON.parse(text ?? '') as Settings;

/** Base URL of the service that this page came from, without a slash at its end. */
export const serviceUrl = (page: string): string => new URL('..', page).href.replace(/\/$/, '');

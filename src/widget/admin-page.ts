import { toAsset, type Asset } from './widget-assets.js';

/** What the page is told: which pages may hand it a token, and whether it offers demo roles. */
export interface AdminSettings {
  readonly origins: readonly string[];
  readonly demo: boolean;
}

const ORIGIN = /^https?:\/\/(?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?$/i;
const PLACE = '{{settings}}';

/** In: origins as they are configured. Out: those that a policy and a browser can be told as they are. */
export const plainOrigins = (origins: readonly string[]): string[] =>
  origins.filter((origin) => ORIGIN.test(origin));

/** In: the page as it was built, and its settings. Out: the page with them in an attribute, where nothing of them can end it. */
export function adminPage(page: Asset, settings: AdminSettings): Asset {
  const text = JSON.stringify(settings).replace(
    /[&<>"'\u2028\u2029]/g,
    (letter) => `&#${letter.codePointAt(0)};`,
  );
  return toAsset('admin.html', Buffer.from(page.body.toString('utf8').replace(PLACE, () => text)));
}

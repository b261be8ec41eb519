import type { Page } from 'playwright-core';

/** The page of figures, as a person finds its parts. */
export function adminOf(page: Page, url: string) {
  const heading = (name: string) => page.getByRole('heading', { name });
  return {
    heading,
    gate: heading('Sign in'),
    figures: page.locator('.figures:not([role])'),
    refresh: page.getByRole('button', { name: 'Refresh' }),
    retry: page.getByRole('button', { name: 'Try again' }),
    trouble: page.locator('.trouble'),
    /** The card of a chart, by its title. */
    card: (title: string) => page.locator('.card').filter({ hasText: title }),
    async goto(): Promise<void> {
      await page.goto(`${url}/chat/admin`);
      await heading('Sign in').waitFor();
    },
    async signIn(token: string): Promise<void> {
      await page.getByLabel('Access token').fill(token);
      await page.getByRole('button', { name: 'Show figures' }).click();
    },
    /** The exact figures of the tiles, by their labels; null where there is none. */
    async tiles(): Promise<Record<string, number | null>> {
      const entries = await page.locator('.tile').evaluateAll((tiles) =>
        tiles.map((tile) => {
          const value = tile.querySelector('data')?.getAttribute('value');
          return [tile.querySelector('dt')?.textContent ?? '', value ? Number(value) : null] as const;
        }),
      );
      return Object.fromEntries(entries);
    },
  };
}

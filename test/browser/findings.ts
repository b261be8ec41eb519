import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[];
}
interface Floating {
  readonly style: { visibility: string };
}
declare const axe: { run(options: object): Promise<{ violations: Finding[] }> };
declare const document: {
  querySelector(selector: string): {
    readonly shadowRoot: { querySelector(selector: string): Floating | null } | null;
  } | null;
};

/**
 * What axe finds in the page as it is now, by WCAG 2.2 AA and its best practices; empty where all is well. The button
 * to the newest messages floats over the conversation, so that it may hide a part of any other button until somebody
 * scrolls: sizes of targets are looked at without it.
 */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async (standards) => {
    const all = await axe.run({ runOnly: standards, rules: { 'target-size': { enabled: false } } });
    const floating = document.querySelector('bizosaas-chat')?.shadowRoot?.querySelector('.to-end');
    if (floating) floating.style.visibility = 'hidden';
    const sizes = await axe.run({ runOnly: ['target-size'] });
    if (floating) floating.style.visibility = '';
    return [...all.violations, ...sizes.violations];
  }, STANDARDS);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id} ${JSON.stringify(node.target)} ${node.failureSummary ?? ''}`),
  );
}

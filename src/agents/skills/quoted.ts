import type { ToolExtract } from '../tools/tool.contract.js';
import type { SkillEvent } from './skill.js';

/** A passage as a quotation with its place, and as a citation. */
export function* quoted({ title, locator, quote }: ToolExtract): Generator<SkillEvent> {
  const lines = quote.split('\n').map((line) => (line ? `> ${line}` : '>'));
  yield { type: 'text', text: ['', '', `**${title}** (\`${locator}\`)`, '', ...lines].join('\n') };
  yield { type: 'part', part: { type: 'citation', title, locator, quote } };
}

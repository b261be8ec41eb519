import { Injectable } from '@nestjs/common';
import { FACT_LIMITS, type Heeded } from '../../memory/facts/facts.contract.js';
import type { AssignedTurn } from '../backends/agent-backend.js';
import { LocalSkill, type SkillEvent } from './skill.js';

const OFF = 'Memory is switched off, by you or by your organisation, so nothing is remembered or used.';

const REMEMBERED: Readonly<Record<Extract<Heeded, { asked: 'remember' }>['outcome'], string>> = {
  kept: 'I will remember this:',
  known: 'I remember this already:',
  full: `I remember ${FACT_LIMITS.facts} things already and have no space for more. Have me forget something first. This was not kept:`,
  too_long: `I can remember up to ${FACT_LIMITS.text} characters at once. Say it more briefly. This was not kept:`,
  off: `${OFF} This was not kept:`,
};

const FORGOTTEN: Readonly<Record<Extract<Heeded, { asked: 'forget' }>['outcome'], string>> = {
  forgotten: 'I have forgotten this:',
  several: 'Which of these should I forget? Say it in its own words. Nothing was forgotten yet.',
  unknown:
    'I remember nothing that has all of these words. Ask me what I remember about you, and use its words.',
};

/** Tells what was done with a wish about memory. */
@Injectable()
export class MemorySkill extends LocalSkill {
  readonly name = 'memory';

  matches(_: string, { heeded }: AssignedTurn): number {
    return heeded ? 1 : 0;
  }

  async *run({ heeded }: AssignedTurn): AsyncGenerator<SkillEvent> {
    if (!heeded) throw new Error('There is no wish about memory');
    yield { type: 'text', text: told(heeded) };
    yield { type: 'next', questions: ['What do you remember about me?'] };
  }
}

function told(heeded: Heeded): string {
  if (heeded.asked === 'remember') return `${REMEMBERED[heeded.outcome]}\n\n${quoted([heeded.text])}`;
  const { texts } = heeded;
  if (heeded.asked === 'forget')
    return [FORGOTTEN[heeded.outcome], quoted(texts)].filter(Boolean).join('\n\n');
  const off = heeded.outcome === 'off' ? `\n\n${OFF}` : '';
  if (texts.length === 0)
    return `I remember nothing about you. Begin a message with "Remember that" to change it.${off}`;
  return `This is what you asked me to remember:\n\n${quoted(texts)}${off}`;
}

/** As code, so that nothing in it is read as Markdown. */
function quoted(texts: readonly string[]): string {
  return texts.map((text) => `- ${asCode(text.replaceAll(/\s+/g, ' '))}`).join('\n');
}

function asCode(text: string): string {
  const ticks = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return ticks.length > 1 ? `${ticks} ${text} ${ticks}` : `\`${text}\``;
}

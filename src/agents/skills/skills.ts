import { DocumentationSkill } from './documentation.skill.js';
import { GreetingSkill } from './greeting.skill.js';
import { HelpSkill } from './help.skill.js';
import { MemorySkill } from './memory.skill.js';
import { UsageSkill } from './usage.skill.js';

/** The skills of the local engine that are more than a plan. */
export const SKILLS = [MemorySkill, GreetingSkill, HelpSkill, UsageSkill, DocumentationSkill] as const;

import { DocumentationSkill } from './documentation.skill.js';
import { GreetingSkill } from './greeting.skill.js';
import { HelpSkill } from './help.skill.js';
import { OwnUsageSkill } from './own-usage.skill.js';

/** Every skill of the local engine. */
export const SKILLS = [GreetingSkill, HelpSkill, OwnUsageSkill, DocumentationSkill] as const;

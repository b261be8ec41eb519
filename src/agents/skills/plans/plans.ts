import { BIZBOT_PLANS } from './bizbot.plans.js';
import { INFRABOT_PLANS } from './infrabot.plans.js';
import { MARKETBOT_PLANS } from './marketbot.plans.js';
import type { SkillPlan } from './skill-plan.js';

/** Every plan of the local engine. */
export const PLANS: readonly SkillPlan[] = [...INFRABOT_PLANS, ...BIZBOT_PLANS, ...MARKETBOT_PLANS];

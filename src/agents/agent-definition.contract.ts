import { z } from 'zod';
import { type Role, ROLES } from '../auth/principal.js';

const sentence = z.string().trim().min(1).max(300);
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z]{2,4})?$/;
const wordList = z
  .string()
  .max(4000)
  .transform((text) =>
    text
      .split(/[,،、]/)
      .map((word) => word.trim())
      .filter(Boolean),
  );
const weight = z.number().gt(0).max(1);

/** One agent, as its YAML file in `definitions/` describes it. */
export const AgentDefinition = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{1,63}$/, 'must be lower case letters, digits and underscores'),
  title: z.string().trim().min(1).max(80),
  description: sentence,
  crew_endpoint: z
    .string()
    .regex(/^\/[\w./-]{1,200}$/, 'must be a path such as /agents/my-agent')
    .optional()
    .describe("The agent's path at the Crew service; the one for general questions where unset."),
  capabilities: z.array(sentence).min(1).max(20),
  keywords: z.array(z.string().trim().min(1).max(60)).min(1).max(250),
  keywords_in: z
    .record(z.string(), wordList)
    .refine((lists) => Object.keys(lists).every((language) => LANGUAGE.test(language)), {
      error: 'must name languages by their tags, such as de',
    })
    .optional()
    .describe('Keywords in further languages: the language, then the words with commas between them.'),
  examples: z.array(sentence).min(1).max(50),
  follow_ups: z.array(z.string().trim().min(1).max(80)).min(1).max(6).describe('Offered after an answer.'),
  roles: z
    .partialRecord(z.enum(ROLES), weight)
    .refine((roles) => Object.keys(roles).length > 0, 'must name at least one role')
    .describe('Who may use the agent, and how well it fits each (1: best).'),
  tools: z
    .array(z.string())
    .max(50)
    .default([])
    .describe('Names of tools that it may use; each still depends on the role of whoever asks.'),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Confidence from which it is chosen; AGENT_CONFIDENCE_THRESHOLD where unset.'),
});
export type AgentDefinition = z.infer<typeof AgentDefinition>;

/** How well an agent fits a role; undefined where the role may not use it. */
export function weightFor(agent: AgentDefinition, role: Role): number | undefined {
  return agent.roles[role];
}

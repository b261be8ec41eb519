import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Role, ROLES } from '../auth/principal.js';

const FOLDER = join(import.meta.dirname, 'prompts');

const read = (name: string): string => readFileSync(join(FOLDER, `${name}.md`), 'utf8').trim();

const PROMPTS = new Map<Role, string>(
  ROLES.map((role) => [role, `${read(role)}\n\n${read('common')}`] as const),
);

/** In: a role. Out: the system prompt of its assistant. The files are read once, when the process starts. */
export function systemPrompt(role: Role): string {
  return PROMPTS.get(role) as string;
}

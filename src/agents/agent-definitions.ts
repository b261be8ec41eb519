import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { AgentDefinition } from './agent-definition.contract.js';

export const DEFINITIONS_FOLDER = join(import.meta.dirname, 'definitions');

/**
 * Reads the agents of a folder, one `<name>.yaml` each, in the order of their names.
 * Throws one error that lists every file that is not valid, and why.
 */
export function loadDefinitions(folder: string): AgentDefinition[] {
  const problems: string[] = [];
  const agents: AgentDefinition[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.yaml')) continue;
    try {
      agents.push(parseDefinition(file, readFileSync(join(folder, file), 'utf8')));
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (problems.length > 0) throw new Error(`Agent definitions are not valid:\n${problems.join('\n')}`);
  return agents;
}

/** In: a file's name and text. Out: the agent. Throws a sentence that names the file and its problem. */
export function parseDefinition(file: string, text: string): AgentDefinition {
  let raw: unknown;
  try {
    raw = load(text);
  } catch (error) {
    throw new Error(
      `${file}: not YAML (${error instanceof Error ? error.message.split('\n')[0] : 'unreadable'})`,
      {
        cause: error,
      },
    );
  }
  const parsed = AgentDefinition.safeParse(raw);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
    );
    throw new Error(`${file}: ${issues.join('; ')}`);
  }
  if (`${parsed.data.name}.yaml` !== file) {
    throw new Error(
      `${file}: the agent is named ${parsed.data.name}, so its file must be ${parsed.data.name}.yaml`,
    );
  }
  return parsed.data;
}

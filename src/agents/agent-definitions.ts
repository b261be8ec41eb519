import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { load } from 'js-yaml';
import type { z } from 'zod';
import { AgentDefinition } from './agent-definition.contract.js';

export const DEFINITIONS_FOLDER = join(import.meta.dirname, 'definitions');

/**
 * Reads the agents of one or more folders, one `<name>.yaml` each, in the order of the folders and their names.
 * Throws one error that lists every file that is not valid, every field of it, and every name that is taken already.
 */
export function loadDefinitions(...folders: readonly string[]): AgentDefinition[] {
  const problems: string[] = [];
  const agents: AgentDefinition[] = [];
  const fileOf = new Map<string, string>();
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  };
  for (const folder of folders) {
    attempt(() => {
      for (const file of definitionsIn(folder)) {
        attempt(() => {
          const agent = parseDefinition(
            file,
            reading(file, () => readFileSync(file, 'utf8')),
          );
          const other = fileOf.get(agent.name);
          if (other) throw new Error(`${file}: there is an agent ${agent.name} already, in ${other}`);
          fileOf.set(agent.name, file);
          agents.push(agent);
        });
      }
    });
  }
  if (problems.length > 0) throw new Error(`Agent definitions are not valid:\n${problems.join('\n')}`);
  return agents;
}

function definitionsIn(folder: string): string[] {
  const names = reading(folder, () => readdirSync(folder)).sort();
  const wrong = names.find((name) => name.endsWith('.yml'));
  if (wrong !== undefined) throw new Error(`${join(folder, wrong)}: must be named .yaml`);
  return names.filter((name) => name.endsWith('.yaml')).map((name) => join(folder, name));
}

function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Error(`${path}: cannot be read (${code})`, { cause: error });
  }
}

/** In: a file's name or path, and its text. Out: the agent. Throws a sentence that names the file and all its problems. */
export function parseDefinition(file: string, text: string): AgentDefinition {
  const parsed = AgentDefinition.safeParse(readYaml(file, text));
  if (!parsed.success) throw new Error(`${file}: ${parsed.error.issues.map(describe).join('; ')}`);
  const { name } = parsed.data;
  if (`${name}.yaml` !== basename(file)) {
    throw new Error(`${file}: the agent is named ${name}, so its file must be ${name}.yaml`);
  }
  return parsed.data;
}

function readYaml(file: string, text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : 'unreadable';
    throw new Error(`${file}: not YAML (${reason})`, { cause: error });
  }
}

function describe(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.') || 'the file'}: ${issue.message}`;
}

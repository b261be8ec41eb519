import { z } from 'zod';
import { Role, ROLES } from '../../auth/principal.js';
import { SHOW_TOOLS } from '../../datasets/tools/show-tools.js';
import type { AgentDefinition } from '../agent-definition.contract.js';
import type { Tool, ToolManifest } from './tool.contract.js';
import type { ToolSource } from './tool-source.js';

const Manifest = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]{1,63}$/, 'must be lower case letters, digits and underscores'),
    title: z.string().trim().min(1).max(80),
    description: z.string().trim().min(1).max(1000),
    roles: z.array(Role).min(1).max(ROLES.length),
    scope: z.enum(['own', 'tenant', 'platform']),
    effect: z.enum(['read', 'write']),
    approval: z.boolean(),
    timeout: z.int().min(1).max(120_000),
    budget: z.int().min(1).max(50),
  })
  .refine(({ effect, approval }) => effect === 'read' || approval, {
    path: ['approval'],
    error: 'must be true for a tool that writes',
  });

/** Names that calls have which are none of these tools. */
const TAKEN: ReadonlySet<string> = new Set(SHOW_TOOLS.map(({ name }) => name));

/** Every tool that there is: those of the service, and those that come and go. What is not in here does not run. */
export class ToolRegistry {
  private readonly byName: ReadonlyMap<string, Tool>;

  /** Throws a sentence that names every manifest that is not sound, and every name that is taken. */
  constructor(
    readonly all: readonly Tool[],
    private readonly more?: ToolSource,
  ) {
    const names = new Set(TAKEN);
    const problems = all.flatMap(({ manifest }) => problemsOf(manifest, names));
    if (problems.length > 0) throw new Error(`The manifest of tools is not sound:\n${problems.join('\n')}`);
    this.byName = new Map(all.map((tool) => [tool.manifest.name, tool]));
  }

  find(name: string): Tool | undefined {
    return this.byName.get(name) ?? this.more?.find(name);
  }

  /** For counters, whose labels come from a closed set: the name of one of the service's own tools, else what it is. */
  labelOf(name: string): string {
    if (this.byName.has(name)) return name;
    return this.more?.find(name) ? 'external' : 'unknown';
  }

  /** The names of every tool that an agent has: those of its own list, and those that are there for it now. */
  namesFor({ name, tools }: Pick<AgentDefinition, 'name' | 'tools'>): string[] {
    return [...tools, ...(this.more?.namesFor(name) ?? [])];
  }

  /** Sentences for the tools that a role would have, with one of the agents, and that are not there now. */
  missingFor(role: Role, agents: readonly string[]): readonly string[] {
    return this.more?.missingFor(role, agents) ?? [];
  }

  /** Out: itself. Throws a sentence with those of the names that no tool has, and where they were `named`. */
  mustHave(named: string, names: readonly string[]): this {
    const unknown = names.filter((name) => !this.byName.has(name));
    if (unknown.length > 0) throw new Error(`${named} names tools that do not exist: ${unknown.join(', ')}`);
    return this;
  }
}

function problemsOf(manifest: ToolManifest, names: Set<string>): string[] {
  const parsed = Manifest.safeParse(manifest);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${manifest.name}: ${path.join('.')}: ${message}`);
  if (names.has(manifest.name)) problems.push(`${manifest.name}: the name is taken`);
  names.add(manifest.name);
  return problems;
}

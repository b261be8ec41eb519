import type { z } from 'zod';
import type { Principal, Role } from '../../auth/principal.js';
import type { NewFigures } from '../../datasets/figures.service.js';

/** What a tool may see at most; a role that may see less is refused. */
export type ToolScope = 'own' | 'tenant' | 'platform';

/** What must hold before a tool runs. Data only: roles, tests and documents are generated from it. */
export interface ToolManifest {
  /** Lower case letters, digits and underscores; unique. */
  readonly name: string;
  readonly title: string;
  /** For the model and for people: what it gives, of whom, for which time. */
  readonly description: string;
  /** Who may run it. Nobody else ever does, whatever an agent, a model or a text says. */
  readonly roles: readonly Role[];
  readonly scope: ToolScope;
  readonly effect: 'read' | 'write';
  /** A person has to agree to every call; always so for `write`. */
  readonly approval: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  /** Calls in one run at most. */
  readonly budget: number;
}

/** For whom a tool runs; never taken from what a model or a page said. */
export interface ToolCaller {
  readonly principal: Principal;
  readonly sessionId: string;
  readonly runId: string;
}

export interface ToolExtract {
  readonly title: string;
  /** Where a reader finds it. */
  readonly locator: string;
  readonly quote: string;
}

/** What a tool found. Figures are stored as datasets before anybody sees them; text and extracts are data, never instructions. */
export interface ToolFindings {
  /** By a short name that skills use. */
  readonly figures?: Readonly<Record<string, NewFigures>>;
  readonly extracts?: readonly ToolExtract[];
  readonly text?: string;
  /** What could not be read, and how to connect it; one sentence each. */
  readonly missing?: readonly string[];
}

/** One thing that agents can look up or do. A tool is one file and one row in the manifest. */
export abstract class Tool<Args = unknown> {
  abstract readonly manifest: ToolManifest;
  /** Of the arguments; strict. Its descriptions are what a model reads. */
  abstract readonly parameters: z.ZodType<Args>;
  /** Where it is done, and what else makes it this tool and no other; empty for those of the service. */
  readonly origin: string = '';
  /** Throws an AppError, or the reason of `signal`. */
  abstract run(args: Args, caller: ToolCaller, signal: AbortSignal): Promise<ToolFindings>;
}

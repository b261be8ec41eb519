import type { Role } from '../../auth/principal.js';
import type { AppError } from '../../common/errors/app-error.js';
import type { ToolManifest, ToolScope } from './tool.contract.js';
import { budgetSpent, needsApproval, notPermitted, toolChanged } from './tools.errors.js';

const SCOPES: readonly ToolScope[] = ['own', 'tenant', 'platform'];

/** What each role may see at most, and whether it may change anything; a manifest can only narrow this. */
const RIGHTS: Readonly<Record<Role, { readonly scope: ToolScope; readonly writes: boolean }>> = {
  super_admin: { scope: 'platform', writes: true },
  tenant_admin: { scope: 'tenant', writes: true },
  user: { scope: 'own', writes: true },
  readonly: { scope: 'own', writes: false },
};

/** Why a call is refused: a word for the audit record, and the error for whoever called. */
export interface Refusal {
  readonly reason: 'unknown' | 'role' | 'scope' | 'effect' | 'agent' | 'approval' | 'changed' | 'budget';
  readonly error: AppError;
}

/** What is known of a call beside who makes it. */
export interface CallSoFar {
  /** Calls of the tool that this run has had. */
  readonly used: number;
  /** Whether a person agreed to exactly this call. */
  readonly agreed: boolean;
  /** Whether the tool is another than the one that the person was asked about. */
  readonly changed?: boolean;
}

/** Whether a role may ever use a tool; whoever may not is not told that it exists. */
export function mayUse(role: Role, manifest: ToolManifest): boolean {
  return hiddenBecause(role, manifest) === undefined;
}

/** In: the tool that was called by `name`, where there is one. Out: why the call may not run; undefined where it may. */
export function refusalOf(
  name: string,
  manifest: ToolManifest | undefined,
  role: Role,
  call: CallSoFar,
): Refusal | undefined {
  const hidden = manifest ? hiddenBecause(role, manifest) : 'unknown';
  if (hidden || !manifest) return { reason: hidden ?? 'unknown', error: notPermitted(name) };
  if (call.used >= manifest.budget) return { reason: 'budget', error: budgetSpent(name, manifest.budget) };
  if (asksFirst(manifest) && !call.agreed) return { reason: 'approval', error: needsApproval(name) };
  if (call.changed) return { reason: 'changed', error: toolChanged(name) };
  return undefined;
}

/** Whether a person has to agree to each call. */
export function asksFirst(manifest: ToolManifest): boolean {
  return manifest.approval || manifest.effect === 'write';
}

function hiddenBecause(role: Role, { roles, scope, effect }: ToolManifest): Refusal['reason'] | undefined {
  const rights = RIGHTS[role];
  if (!roles.includes(role)) return 'role';
  if (SCOPES.indexOf(scope) > SCOPES.indexOf(rights.scope)) return 'scope';
  return effect === 'write' && !rights.writes ? 'effect' : undefined;
}

import type { ReportScope } from '../../../../src/monitoring/analytics/report.contract.js';
import type { Days } from '../report/period.js';

/** What is to be shown; without a scope the widest of the role. */
export interface Query {
  readonly days: Days;
  readonly scope?: ReportScope;
}

/** How a session ends: by its reader, because its token was never accepted, or because it no longer is. */
export type Leaving = 'signed_out' | 'refused' | 'ended';

/** Scopes of the roles that have figures of others, the widest first. The service decides; this only offers. */
const SCOPES: Readonly<Partial<Record<string, readonly ReportScope[]>>> = {
  super_admin: ['platform', 'tenant', 'user'],
  tenant_admin: ['tenant', 'user'],
};

/** In: a role. Out: what to offer it; what only administrators see, for a role that is none of theirs. */
export const scopesOf = (role: string): readonly ReportScope[] => SCOPES[role] ?? ['tenant'];

/** In: what was chosen, and a role. Out: the scope to ask for. */
export function scopeFor({ scope }: Query, role: string): ReportScope {
  const offered = scopesOf(role);
  return scope && offered.includes(scope) ? scope : offered[0]!;
}

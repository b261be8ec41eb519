import type { Principal } from '../../auth/principal.js';
import { AppError } from '../../common/errors/app-error.js';
import { userScope, type Who } from '../../database/scope.js';
import { MonitoringErrors } from '../monitoring.errors.js';
import type { FiguresScope } from './analytics.contract.js';

/** In: who asks, and for whose figures. Out: the scope to read in. Throws ANALYTICS_SCOPE_REFUSED. */
export function whoOf(principal: Principal, scope: FiguresScope): Who {
  const { role, tenantId } = principal;
  if (scope === 'own') return userScope(principal);
  if (scope === 'platform' && role === 'super_admin') return { scope: 'platform' };
  if (scope === 'tenant' && (role === 'tenant_admin' || role === 'super_admin'))
    return { scope: 'tenant', tenantId };
  throw new AppError(
    MonitoringErrors.ANALYTICS_SCOPE_REFUSED,
    'These figures are for administrators. You may see those of yourself.',
  );
}

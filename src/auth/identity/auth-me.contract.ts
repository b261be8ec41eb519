import { z } from 'zod';
import { PrincipalId } from '../principal.js';

/**
 * What this service reads of `GET /auth/me` of auth-service-v2. Anything else in the answer, `is_superuser` and
 * `permissions` included, has no say: the role does.
 */
export const AuthMe = z.object({
  user: z.object({
    id: PrincipalId,
    email: z.string().max(320).nullish(),
    is_active: z.boolean(),
    role: z.string().max(128).nullish(),
    tenant_id: PrincipalId.nullish(),
  }),
  tenant: z.object({ id: PrincipalId, status: z.string().max(64) }).nullish(),
});
export type AuthMe = z.infer<typeof AuthMe>;

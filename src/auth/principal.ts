import { z } from 'zod';

export const ROLES = ['super_admin', 'tenant_admin', 'user', 'readonly'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** An id of a tenant or user. No control characters or lone surrogates: the database takes neither. */
export const PrincipalId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);

/**
 * Who is asking: the one identity that REST, socket.io, raw WebSocket, runs and row-level security use.
 * Made from a token by `AuthService.authenticate`; stored with a run. Never holds the token itself.
 */
export const Principal = z.object({
  tenantId: PrincipalId,
  userId: PrincipalId,
  role: Role,
  email: z.string().max(320).nullable(),
});
export type Principal = z.infer<typeof Principal>;

/** A principal with the time at which its token ends (`exp`, without leeway), in milliseconds since 1970. */
export interface AuthenticatedPrincipal extends Principal {
  readonly tokenExpiresAt: number;
}

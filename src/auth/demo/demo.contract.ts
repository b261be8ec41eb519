import { z } from 'zod';
import { Role } from '../principal.js';

/** Body of POST /chat/demo/token. */
export const DemoTokenRequest = z.strictObject({ role: Role }).meta({ id: 'DemoTokenRequest' });
export type DemoTokenRequest = z.infer<typeof DemoTokenRequest>;

/** `expires_in` in seconds. */
export const DemoTokenResponse = z
  .object({ token: z.string(), expires_in: z.int() })
  .meta({ id: 'DemoTokenResponse' });
export type DemoTokenResponse = z.infer<typeof DemoTokenResponse>;

import { z } from 'zod';

export const Settings = z
  .object({
    memory_enabled: z.boolean().describe('Whether you want to be remembered.'),
    memory_allowed: z.boolean().describe('Whether your organisation allows it.'),
  })
  .meta({ id: 'Settings' });
export type Settings = z.infer<typeof Settings>;

export const UpdateSettings = z
  .strictObject({ memory_enabled: z.boolean() })
  .meta({ id: 'UpdateSettings', example: { memory_enabled: false } });
export type UpdateSettings = z.infer<typeof UpdateSettings>;

export const TenantSettings = z
  .object({ memory_enabled: z.boolean().describe('Whether anything is remembered of users.') })
  .meta({ id: 'TenantSettings' });
export type TenantSettings = z.infer<typeof TenantSettings>;

export const UpdateTenantSettings = z
  .strictObject({ memory_enabled: z.boolean() })
  .meta({ id: 'UpdateTenantSettings', example: { memory_enabled: false } });
export type UpdateTenantSettings = z.infer<typeof UpdateTenantSettings>;

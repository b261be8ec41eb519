import { z } from 'zod';

/** Body of POST /chat/ws-ticket. */
export const WsTicketRequest = z
  .strictObject({
    session_id: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be 1 to 128 letters, digits, "-" or "_"'),
  })
  .meta({ id: 'WsTicketRequest' });
export type WsTicketRequest = z.infer<typeof WsTicketRequest>;

/** `expires_in` in seconds. */
export const WsTicketResponse = z
  .object({ ticket: z.string(), expires_in: z.int() })
  .meta({ id: 'WsTicketResponse' });
export type WsTicketResponse = z.infer<typeof WsTicketResponse>;

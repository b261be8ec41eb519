import { z } from 'zod';
import { SessionId } from '../../common/session-id.contract.js';

/** Body of POST /chat/ws-ticket. */
export const WsTicketRequest = z
  .strictObject({
    session_id: SessionId,
  })
  .meta({ id: 'WsTicketRequest' });
export type WsTicketRequest = z.infer<typeof WsTicketRequest>;

/** `expires_in` in seconds. */
export const WsTicketResponse = z
  .object({ ticket: z.string(), expires_in: z.int() })
  .meta({ id: 'WsTicketResponse' });
export type WsTicketResponse = z.infer<typeof WsTicketResponse>;

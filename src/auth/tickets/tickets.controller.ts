import { Body, Controller, Header, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import { CurrentPrincipal } from '../auth.decorators.js';
import type { AuthenticatedPrincipal } from '../principal.js';
import { bearerToken } from '../tokens/token-source.js';
import { WsTicketRequest, WsTicketResponse } from './tickets.contract.js';
import { TicketsService } from './tickets.service.js';

@ApiTags('identity')
@Controller('chat/ws-ticket')
export class TicketsController {
  constructor(private readonly tickets: TicketsService) {}

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiRoute({
    summary: 'A ticket for the raw WebSocket',
    description:
      'Stands for the token in `/chat/ws/{session_id}?ticket=`: single use, 30 seconds, for this user, session and Origin only.',
    response: WsTicketResponse,
    example: { ticket: 'Zk3v…', expires_in: 30 },
  })
  issue(
    @CurrentPrincipal() principal: AuthenticatedPrincipal,
    @Body({ schema: WsTicketRequest }) body: WsTicketRequest,
    @Req() request: Request,
  ): Promise<WsTicketResponse> {
    return this.tickets.issue(
      principal,
      bearerToken(request),
      body.session_id,
      request.headers.origin ?? null,
    );
  }
}

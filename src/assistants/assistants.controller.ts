import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/auth.decorators.js';
import type { AuthenticatedPrincipal } from '../auth/principal.js';
import { ApiRoute } from '../common/http/api-route.decorator.js';
import { ASSISTANTS_EXAMPLE, AssistantsResponse, toAssistantsView } from './assistants.contract.js';
import { ChatConfig } from '../config/config.js';
import { AssistantsService } from './assistants.service.js';

@ApiTags('assistants')
@Controller('chat/assistants')
export class AssistantsController {
  constructor(
    private readonly assistants: AssistantsService,
    private readonly config: ChatConfig,
  ) {}

  @Get()
  @ApiRoute({
    summary: 'The assistant of the caller',
    description:
      'The assistant that serves the role of the caller, and the agents that the role may ask for.',
    response: AssistantsResponse,
    example: ASSISTANTS_EXAMPLE,
  })
  show(@CurrentPrincipal() principal: AuthenticatedPrincipal): AssistantsResponse {
    return toAssistantsView(this.assistants.forRole(principal.role), principal, this.config.maxMessageLength);
  }
}

import { Body, Controller, Header, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CommonErrors } from '../../common/errors/common.errors.js';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import { Public } from '../auth.decorators.js';
import { AuthErrors } from '../auth.errors.js';
import { DemoTokenRequest, DemoTokenResponse } from './demo.contract.js';
import { DemoService } from './demo.service.js';

@ApiTags('identity')
@Controller('chat/demo')
export class DemoController {
  constructor(private readonly demo: DemoService) {}

  @Post('token')
  @Public()
  @Header('Cache-Control', 'no-store')
  @ApiRoute({
    summary: 'A demo identity',
    description:
      'A token of the role asked for, valid for an hour. Only in demo mode; only for requests from the same machine unless DEMO_MODE=true.',
    response: DemoTokenResponse,
    example: { token: 'eyJhbGciOi…', expires_in: 3600 },
    errors: [CommonErrors.NOT_FOUND, AuthErrors.AUTH_DEMO_REFUSED],
    public: true,
  })
  issue(
    @Body({ schema: DemoTokenRequest }) body: DemoTokenRequest,
    @Req() request: Request,
  ): Promise<DemoTokenResponse> {
    return this.demo.issue(body.role, request);
  }
}

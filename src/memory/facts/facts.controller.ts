import { Body, Controller, Delete, Get, Header, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentPrincipal } from '../../auth/auth.decorators.js';
import type { Principal } from '../../auth/principal.js';
import { CommonErrors } from '../../common/errors/common.errors.js';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import { Fact, FactForgotten, FactList, UpdateFact } from './facts.contract.js';
import { FactErrors } from './facts.errors.js';
import { FactsService } from './facts.service.js';

const FactId = z.uuid();

@ApiTags('memory')
@Controller('chat/memory')
export class FactsController {
  constructor(private readonly facts: FactsService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiRoute({
    summary: 'What is remembered of you',
    description: 'Also while memory is off: it is not used then.',
    response: FactList,
    errors: [CommonErrors.DATABASE_UNAVAILABLE],
  })
  list(@CurrentPrincipal() principal: Principal): Promise<FactList> {
    return this.facts.list(principal);
  }

  @Put(':fact_id')
  @ApiRoute({
    summary: 'Correct what is remembered',
    response: Fact,
    errors: [
      ...[FactErrors.MEMORY_FACT_NOT_FOUND, FactErrors.MEMORY_FACT_EXISTS, CommonErrors.DATABASE_UNAVAILABLE],
    ],
  })
  change(
    @CurrentPrincipal() principal: Principal,
    @Param('fact_id', { schema: FactId }) id: string,
    @Body({ schema: UpdateFact }) body: UpdateFact,
  ): Promise<Fact> {
    return this.facts.change(principal, id, body.text);
  }

  @Delete(':fact_id')
  @ApiRoute({
    summary: 'Forget',
    description: 'The next answer does not know of it any more.',
    response: FactForgotten,
    errors: [FactErrors.MEMORY_FACT_NOT_FOUND, CommonErrors.DATABASE_UNAVAILABLE],
  })
  remove(
    @CurrentPrincipal() principal: Principal,
    @Param('fact_id', { schema: FactId }) id: string,
  ): Promise<FactForgotten> {
    return this.facts.remove(principal, id);
  }
}

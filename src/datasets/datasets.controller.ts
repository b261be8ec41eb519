import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/auth.decorators.js';
import type { Principal } from '../auth/principal.js';
import { ApiRoute } from '../common/http/api-route.decorator.js';
import { Download } from '../common/http/replies.js';
import { DATASET_PAGE_EXAMPLE, DatasetId, DatasetPage, DatasetQuery } from './datasets.contract.js';
import { DatasetErrors } from './datasets.errors.js';
import { DatasetsService } from './datasets.service.js';

@ApiTags('datasets')
@Controller('chat/datasets')
export class DatasetsController {
  constructor(private readonly datasets: DatasetsService) {}

  @Get(':dataset_id')
  @ApiRoute({
    summary: 'The rows behind a table, chart or metric',
    description:
      'By pages, or with `format=csv` all of them as a file (`text/csv`, RFC 4180): text that a spreadsheet would run as a formula has a quote before it. A connection that is cut means that something is missing.',
    response: DatasetPage,
    example: DATASET_PAGE_EXAMPLE,
    errors: [DatasetErrors.DATASET_NOT_FOUND],
  })
  async show(
    @CurrentPrincipal() principal: Principal,
    @Param('dataset_id', { schema: DatasetId }) id: string,
    @Query({ schema: DatasetQuery }) query: DatasetQuery,
  ): Promise<DatasetPage | Download> {
    if (query.format === 'json') return this.datasets.page(principal, id, query);
    return new Download(
      await this.datasets.csv(principal, id),
      'text/csv; charset=utf-8',
      `dataset-${id}.csv`,
    );
  }
}

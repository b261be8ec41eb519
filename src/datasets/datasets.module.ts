import { Module } from '@nestjs/common';
import { DatasetsController } from './datasets.controller.js';
import { Datasets } from './datasets.ports.js';
import { DatasetsRepository } from './datasets.repository.js';
import { DatasetsService } from './datasets.service.js';
import { Figures } from './figures.service.js';

@Module({
  controllers: [DatasetsController],
  providers: [
    DatasetsRepository,
    DatasetsService,
    { provide: Datasets, useExisting: DatasetsService },
    Figures,
  ],
  exports: [Datasets, Figures],
})
export class DatasetsModule {}

import { Module } from '@nestjs/common';
import { SourcesConfig } from '../../config/config.js';
import { packageRoot } from '../package-root.js';
import { KnowledgeService } from './knowledge.service.js';
import { readDocuments } from './read-documents.js';
import { readSource } from './read-sources.js';

/** The documents that can be searched: those of the service, and those of its operator. */
@Module({
  providers: [
    {
      provide: KnowledgeService,
      inject: [SourcesConfig],
      useFactory: ({ knowledge }: SourcesConfig) =>
        new KnowledgeService(readDocuments(packageRoot()), knowledge, readSource),
    },
  ],
  exports: [KnowledgeService],
})
export class KnowledgeModule {}

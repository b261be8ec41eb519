import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FailureWatch } from '../common/errors/failure-watch.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';
import { Refusals } from './refusals.service.js';

/** Lets every feature write to the audit record. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry])],
  providers: [AuditRepository, AuditService, Refusals, { provide: FailureWatch, useExisting: Refusals }],
  exports: [AuditService, Refusals, FailureWatch],
})
export class AuditModule {}

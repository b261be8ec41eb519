import { type DynamicModule, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLog } from './event-log.js';
import { LoggedRunEvent } from './run-event.entity.js';
import { RunEndings } from './run-endings.service.js';
import { RunFollower } from './run-follower.js';
import { RunSignals } from './run-signals.js';
import { RunSweeper } from './run-sweeper.js';
import { RunWorker } from './run-worker.js';
import { Run } from './run.entity.js';
import { RunsRepository } from './runs.repository.js';
import { RunsService } from './runs.service.js';
import { RunApprovals } from './steps/approvals.service.js';
import { StepsRepository } from './steps/steps.repository.js';

@Module({})
export class RunsModule {
  /** In: who answers and who ends a run (`Answerer`, `Completion`), and the modules that these need. */
  static forRoot(ports: { imports: ModuleMetadata['imports']; providers: Provider[] }): DynamicModule {
    return {
      module: RunsModule,
      imports: [TypeOrmModule.forFeature([Run, LoggedRunEvent]), ...(ports.imports ?? [])],
      providers: [
        ...ports.providers,
        RunsRepository,
        StepsRepository,
        EventLog,
        RunEndings,
        RunWorker,
        RunFollower,
        RunSweeper,
        RunSignals,
        RunsService,
        RunApprovals,
      ],
      exports: [RunsService, RunApprovals],
    };
  }
}

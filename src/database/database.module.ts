import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Installation } from '../common/installation.js';
import { DatabaseConfig } from '../config/config.js';
import { dataSourceOptions } from './data-source.js';
import { readInstallation } from './installation.repository.js';
import { Scope } from './scope.js';
import { Signals } from './signals.js';

/** No statement of the running service may hold a connection longer; migrations may. */
const STATEMENT_TIMEOUT_MS = 20_000;
/** A server that is cut off cannot end its statement: the service stops waiting by itself. */
const ANSWER_TIMEOUT_MS = 25_000;

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [DatabaseConfig],
      useFactory: (config: DatabaseConfig) => {
        if (!config.url) throw new Error('DATABASE_URL is unset; npm start runs a PostgreSQL of its own.');
        const options = dataSourceOptions(config.url, config.poolSize);
        const extra = {
          ...(options.extra as object),
          statement_timeout: STATEMENT_TIMEOUT_MS,
          query_timeout: ANSWER_TIMEOUT_MS,
          keepAlive: true,
        };
        return { ...options, extra, autoLoadEntities: true, retryAttempts: 3 };
      },
    }),
  ],
  providers: [Scope, Signals, { provide: Installation, inject: [DataSource], useFactory: readInstallation }],
  exports: [Scope, Signals, Installation],
})
export class DatabaseModule {}

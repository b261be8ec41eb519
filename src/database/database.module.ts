import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseConfig } from '../config/config.js';
import { dataSourceOptions } from './data-source.js';
import { Scope } from './scope.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [DatabaseConfig],
      useFactory: (config: DatabaseConfig) => {
        if (!config.url) throw new Error('DATABASE_URL is unset; npm start runs a PostgreSQL of its own.');
        return {
          ...dataSourceOptions(config.url, config.poolSize),
          autoLoadEntities: true,
          retryAttempts: 3,
        };
      },
    }),
  ],
  providers: [Scope],
  exports: [Scope],
})
export class DatabaseModule {}

import type { DataSourceOptions } from 'typeorm';
import { Foundation1763800000000 } from './migrations/1763800000000-foundation.js';
import { GroupCommit1764000000000 } from './migrations/1764000000000-group-commit.js';
import { ManyNodes1763900000000 } from './migrations/1763900000000-many-nodes.js';
import { Datasets1764200000000 } from './migrations/1764200000000-datasets.js';
import { Takeover1764300000000 } from './migrations/1764300000000-takeover.js';
import { Approvals1764400000000 } from './migrations/1764400000000-approvals.js';
import { Search1764700000000 } from './migrations/1764700000000-search.js';
import { Branches1764710000000 } from './migrations/1764710000000-branches.js';
import { Analytics1764800000000 } from './migrations/1764800000000-analytics.js';
import { Context1764900000000 } from './migrations/1764900000000-context.js';
import { Summaries1764910000000 } from './migrations/1764910000000-summaries.js';
import { RetryLimit1765000000000 } from './migrations/1765000000000-retry-limit.js';
import { FigureIndexes1765010000000 } from './migrations/1765010000000-figure-indexes.js';
import { Facts1765100000000 } from './migrations/1765100000000-facts.js';
import { SnakeNaming } from './snake-naming.js';

/** In: the address of a PostgreSQL (15 or later) and the size of the pool. Out: what TypeORM needs to use it. */
export function dataSourceOptions(url: string, poolSize: number): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    poolSize,
    synchronize: false,
    migrationsTransactionMode: 'each',
    migrationsTableName: 'schema_migrations',
    migrations: [
      Foundation1763800000000,
      ManyNodes1763900000000,
      GroupCommit1764000000000,
      Datasets1764200000000,
      Takeover1764300000000,
      Approvals1764400000000,
      Search1764700000000,
      Branches1764710000000,
      Analytics1764800000000,
      Context1764900000000,
      Summaries1764910000000,
      RetryLimit1765000000000,
      FigureIndexes1765010000000,
      Facts1765100000000,
    ],
    namingStrategy: new SnakeNaming(),
    applicationName: 'bizosaas-ai-chat-service',
    connectTimeoutMS: 10_000,
    logging: false,
    extra: { idleTimeoutMillis: 600_000 },
  };
}

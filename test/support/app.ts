import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../../src/app.factory.js';
import { parseEnv } from '../../src/config/env.schema.js';
import { createTestDatabase } from './postgres.js';

export interface RunningApp {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly app: NestExpressApplication;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/**
 * Runs the whole service in this process, on a free port, with a fresh database of its own (another one with
 * `DATABASE_URL` among the overrides). In: variables as the environment would give them; nothing else is read.
 */
export async function startApp(overrides: Readonly<Record<string, string>> = {}): Promise<RunningApp> {
  const database = overrides['DATABASE_URL'] ? undefined : await createTestDatabase();
  const databaseUrl = overrides['DATABASE_URL'] ?? database?.url ?? '';
  try {
    const app = await createApp(
      parseEnv({
        HOST: '127.0.0.1',
        PORT: '0',
        LOG_LEVEL: 'silent',
        ...overrides,
        DATABASE_URL: databaseUrl,
      }),
    );
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const close = async (): Promise<void> => {
      await app.close();
      await database?.drop();
    };
    return { url: `http://127.0.0.1:${port}`, app, databaseUrl, close };
  } catch (error) {
    await database?.drop();
    throw error;
  }
}

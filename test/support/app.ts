import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { createApp } from '../../src/app.factory.js';
import type { parseEnv } from '../../src/config/env.schema.js';
import { built } from './built.js';
import { createTestDatabase } from './postgres.js';

export interface RunningApp {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

export interface OpenApp extends RunningApp {
  readonly app: NestExpressApplication;
}

type Overrides = Readonly<Record<string, string>>;

/**
 * Runs the whole built service in this process, on a free port, with a fresh database of its own (another one with
 * `DATABASE_URL` among the overrides). In: variables as the environment would give them; nothing else is read.
 */
export async function startApp(overrides: Overrides = {}): Promise<RunningApp> {
  const [factory, env] = await Promise.all([built('app.factory.js'), built('config/env.schema.js')]);
  return start({ ...factory, ...env }, overrides);
}

/** As `startApp`, from the sources, for a spec that reaches into the application by its classes. */
export async function startOpenApp(overrides: Overrides = {}): Promise<OpenApp> {
  const [factory, env] = await Promise.all([
    import('../../src/app.factory.js'),
    import('../../src/config/env.schema.js'),
  ]);
  return start({ ...factory, ...env }, overrides);
}

interface Service {
  readonly createApp: typeof createApp;
  readonly parseEnv: typeof parseEnv;
}

async function start(service: Service, overrides: Overrides): Promise<OpenApp> {
  const database = overrides['DATABASE_URL'] ? undefined : await createTestDatabase();
  const databaseUrl = overrides['DATABASE_URL'] ?? database?.url ?? '';
  try {
    const app = await service.createApp(
      service.parseEnv({
        HOST: '127.0.0.1',
        PORT: '0',
        LOG_LEVEL: 'silent',
        ENABLE_CONVERSATION_TITLES: 'false',
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

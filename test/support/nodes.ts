import { AUTH_ENV, Client } from './client.js';
import { startModelServer } from './model-server.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { sharedRedisUrl } from './redis.js';
import { numberedTokens, type ScriptedServer } from './scripted-server.js';
import { ServiceProcess } from './service-process.js';

export interface NodesOptions {
  /** Services on one database; each has a port of its own. */
  readonly nodes?: number;
  /** Processes of each service. */
  readonly workers?: number;
  /** Joins them by the Redis of the test run. */
  readonly redis?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Tokens of answers, 20 a second, by the first word of the question; every other is answered at once. */
const TOKENS: Readonly<Record<string, number>> = { long: 40, longer: 120, endless: 1000 };

/** Built services on one database, with one model server. */
export class Nodes {
  private constructor(
    readonly services: readonly ServiceProcess[],
    readonly model: ScriptedServer,
    readonly database: TestDatabase,
    private readonly connectionsAService: number,
  ) {}

  static async start({ nodes = 1, workers = 1, redis = false, env = {} }: NodesOptions): Promise<Nodes> {
    const model = await startModelServer({
      reply: (messages) => {
        const tokens = TOKENS[messages.at(-1)?.content.split(' ')[0] ?? ''];
        return tokens === undefined ? 'ok' : numberedTokens(tokens);
      },
      delayMs: 50,
    });
    const database = await createTestDatabase();
    const variables = {
      ...AUTH_ENV,
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '6',
      OPENAI_BASE_URL: model.url,
      WORKERS: String(workers),
      ...(redis ? { REDIS_URL: sharedRedisUrl() } : {}),
      ...env,
    };
    const services: ServiceProcess[] = [];
    for (let index = 0; index < nodes; index += 1) services.push(await ServiceProcess.start(variables));
    return new Nodes(services, model, database, workers);
  }

  /**
   * Clients of one user, spread over all processes: one for each service, and as many more as each has workers,
   * whose connections go to the workers in turn.
   */
  clientsOf(who: { tenant?: string; user?: string } = {}): Client[] {
    const first = new Client(this.services[0]!.url, who);
    const same = { tenant: first.tenant, user: first.user };
    return this.services.flatMap((service) =>
      Array.from({ length: this.connectionsAService }, () => new Client(service.url, same)),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.services.map((service) => service.kill('SIGTERM')));
    await this.model.close();
    await this.database.drop();
  }
}

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { AUTH_ENV } from '../../support/client.js';
import { OwnRedis } from '../../support/redis.js';
import { lastingPort } from '../net/lasting-port.js';
import { ChaosModel } from '../model/chaos-model.js';
import { ChaosNode, type Links } from './chaos-node.js';
import { PostgresTree } from './postgres-tree.js';

export interface ClusterOptions {
  readonly nodes: number;
  /** More variables for every node. */
  readonly env?: Readonly<Record<string, string>>;
  /** By node: milliseconds by which its clock is ahead of the true one. */
  readonly skewMs?: readonly number[];
  /** By node: another program that starts the service there. */
  readonly main?: (index: number) => string | undefined;
  /** Redis joins the nodes; otherwise each is by itself but for PostgreSQL. */
  readonly redis?: boolean;
}

/** Seconds; short enough for a test, long enough for a takeover within a run's time. */
export const RUN_TIMEOUT = 60;
const LLM_TIMEOUT = 6;
const EFFECTS = 'effects';
const SKEWED_CLOCK = pathToFileURL(join(resolve(__dirname), 'skewed-clock.mjs')).href;
/** One clock is right, one five minutes ahead, one five minutes behind. */
export const SKEWED = [0, 300_000, -300_000] as const;

function skewOf(ms: number): Record<string, string> {
  return ms === 0 ? {} : { NODE_OPTIONS: `--import ${SKEWED_CLOCK}`, CHAOS_SKEW_MS: String(ms) };
}

/** PostgreSQL, Redis, a model and several nodes, each a real process (the model apart) and each link breakable. */
export class Cluster {
  /** Straight to PostgreSQL as a superuser, past every link. */
  readonly database: pg.Pool;

  private constructor(
    private readonly folder: string,
    readonly postgres: PostgresTree,
    readonly redis: OwnRedis,
    readonly model: ChaosModel,
    readonly nodes: readonly ChaosNode[],
  ) {
    this.database = new pg.Pool({ connectionString: postgres.url(), max: 4 });
    this.database.on('error', () => undefined);
  }

  /** Starts everything and waits until each node is ready. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'chat-chaos-'));
    const [postgres, redis, model] = await Promise.all([
      PostgresTree.start(folder),
      OwnRedis.start(await lastingPort()),
      ChaosModel.start(),
    ]);
    const neighbours = {
      postgres: () => postgres.port,
      redis: options.redis === false ? undefined : () => redis.port,
      model: () => model.port,
    };
    const envOf = (links: Links): Record<string, string> => ({
      ...AUTH_ENV,
      DATABASE_URL: postgres.url(links.postgres.port),
      ...(links.redis ? { REDIS_URL: `redis://127.0.0.1:${links.redis.port}/0` } : {}),
      OPENAI_BASE_URL: `http://127.0.0.1:${links.model.port}/v1`,
      RUN_TIMEOUT: String(RUN_TIMEOUT),
      LLM_TIMEOUT: String(LLM_TIMEOUT),
      MAX_CONCURRENT_CONNECTIONS: '5000',
      MAX_CONNECTIONS_PER_USER: '100',
      MAX_CONNECTIONS_PER_ADDRESS: '5000',
      CHAOS_EFFECTS: join(folder, EFFECTS),
      ...options.env,
    });
    const nodes: ChaosNode[] = [];
    for (let index = 0; index < options.nodes; index += 1) {
      const skewed = skewOf(options.skewMs?.[index] ?? 0);
      nodes.push(
        await ChaosNode.open(
          index,
          neighbours,
          (links) => ({ ...envOf(links), ...skewed }),
          options.main?.(index),
        ),
      );
    }
    const cluster = new Cluster(folder, postgres, redis, model, nodes);
    try {
      await Promise.all(nodes.map((node) => node.start()));
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  /** What steps of runs changed so far, by any node: one entry a change. */
  get effects(): { run: string; step: string }[] {
    const file = join(this.folder, EFFECTS);
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => {
      const [run = '', step = ''] = line.split(' ');
      return { run, step };
    });
  }

  /** Nodes that work. */
  get alive(): ChaosNode[] {
    return this.nodes.filter((node) => node.alive);
  }

  node(index: number): ChaosNode {
    const node = this.nodes[index % this.nodes.length];
    if (!node) throw new Error('The cluster has no nodes');
    return node;
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
    await this.database.end();
    await Promise.all([this.model.close(), this.redis.kill()]);
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import pg from 'pg';

/** Any two fixed numbers: the advisory lock that every live service on one cluster shares. */
const LOCK = '724600, 1';

/**
 * One connection that a service holds for as long as it lives. It carries a shared lock, so that the last
 * service to leave can be told from the others.
 */
export class Keeper {
  private constructor(private readonly client: pg.Client) {}

  /**
   * In: the cluster's address; `onLost` is called once if the connection breaks later.
   * Out: a keeper, or undefined while the server is starting, stopping, or away.
   */
  static async open(url: string, onLost: () => void): Promise<Keeper | undefined> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'bizosaas-ai-chat-service keeper',
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    });
    let established = false;
    client.on('error', () => undefined);
    client.once('end', () => established && onLost());
    try {
      await client.connect();
      const { rows } = await client.query<{ ok: boolean }>(
        `SELECT pg_try_advisory_lock_shared(${LOCK}) AS ok`,
      );
      if (rows[0]?.ok) {
        established = true;
        return new Keeper(client);
      }
    } catch {
      await client.end().catch(() => undefined);
      return undefined;
    }
    await client.end();
    return undefined;
  }

  /** Gives the shared lock back. Out: true if no other service holds it, so that the server may be stopped. */
  async isLast(): Promise<boolean> {
    try {
      await this.client.query(`SELECT pg_advisory_unlock_shared(${LOCK})`);
      const { rows } = await this.client.query<{ ok: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS ok`);
      return rows[0]?.ok === true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.js';
import type { Recorder } from '../record/recorder.js';
import { type Refusal, refusal, type Reply, REPLY_LIMIT, UNKNOWN } from './wire.js';

const POLL = 50;
const ENDED = new Set(['completed', 'failed', 'cancelled', 'interrupted']);

export interface DeciderOptions {
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly session: string;
  readonly token: string;
  /** The node that is told first; then it is any other. */
  readonly home: number;
}

/** Whoever agrees to what an answer of test/chaos/failpoints/asking.mjs waits for. */
export class Decider {
  constructor(private readonly options: DeciderOptions) {}

  /** Waits until the run waits, and agrees until it is known that it counts; gives up after `until`. */
  async agree(run: string, until: number): Promise<void> {
    while ((await this.stateOf(run)) !== 'awaiting_approval') {
      if (Date.now() > until || ENDED.has(await this.stateOf(run))) return;
      await sleep(POLL);
    }
    for (let node = this.options.home; Date.now() < until; node += 1) {
      const { kind } = await this.tell(node % this.options.cluster.nodes.length, run);
      if (kind !== 'unknown') return;
      await sleep(POLL);
    }
  }

  private async stateOf(run: string): Promise<string> {
    const { rows } = await this.options.cluster.database.query<{ state: string }>(
      'SELECT state FROM chat_runs WHERE id = $1',
      [run],
    );
    return rows[0]?.state ?? '';
  }

  private async tell(node: number, run: string): Promise<Reply> {
    const { cluster, recorder, session, token } = this.options;
    const spot = { client: `${session}/decider`, connection: 1, node, transport: 'rest', session } as const;
    const end = recorder.invoke({ ...spot, action: 'decide', run });
    const reply = await post(`${cluster.node(node).url}/chat/runs/${run}/approval`, token, {
      approval_id: `of ${run}`,
      approved: true,
    });
    end(reply);
    return reply;
  }
}

async function post(url: string, token: string, body: object): Promise<Reply> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      signal: AbortSignal.timeout(REPLY_LIMIT),
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Refusal & { state?: string };
    return response.ok ? { kind: 'ok', ...(answer?.state ? { state: answer.state } : {}) } : refusal(answer);
  } catch {
    return UNKNOWN;
  }
}

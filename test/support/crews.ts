import { CrewConfig } from '../../src/config/config.js';
import { parseEnv } from '../../src/config/env.schema.js';
import { AguiAdapter } from '../../src/crewai/adapters/agui.adapter.js';
import { AmpAdapter, type AmpPace } from '../../src/crewai/adapters/amp.adapter.js';
import { SyncAdapter } from '../../src/crewai/adapters/sync.adapter.js';
import type { CrewEvent, CrewTable, CrewTask } from '../../src/crewai/crew.contract.js';
import { CrewService } from '../../src/crewai/crew.service.js';
import { CrewWakes } from '../../src/crewai/webhooks/crew-wakes.service.js';
import { CREW_LINE_LIMITS, CrewLines, type CrewLineLimits } from '../../src/crewai/wire/crew-line.js';
import { CrewTargets } from '../../src/crewai/wire/crew-target.js';
import { Metrics } from '../../src/monitoring/metrics/metrics.js';
import { MemoryFanOut } from '../../src/redis/memory-fan-out.js';

export interface BuiltCrews {
  readonly crews: CrewService;
  readonly wakes: CrewWakes;
  readonly metrics: Metrics;
  /** How work ended so far, by outcome. */
  outcomes(): Promise<Record<string, number>>;
}

const QUICK: AmpPace = { first: 15, last: 60, least: 5 };

/** Builds the room over real HTTP, as one node has it. In: variables as the process would get them. */
export function buildCrews(
  env: Record<string, string>,
  more: { pace?: AmpPace; limits?: Partial<CrewLineLimits>; silence?: number } = {},
): BuiltCrews {
  const config = new CrewConfig(parseEnv(env));
  const metrics = new Metrics();
  const wakes = new CrewWakes(config, new MemoryFanOut());
  const limits = { ...CREW_LINE_LIMITS, tries: config.tries, backoff: 10, ...more.limits };
  const crews = new CrewService(
    {
      targets: new CrewTargets(config),
      lines: new CrewLines(limits),
      adapters: {
        sync: new SyncAdapter(),
        amp: new AmpAdapter(wakes, more.pace ?? QUICK),
        agui: new AguiAdapter(),
      },
      silence: more.silence ?? config.timeout,
    },
    metrics,
  );
  const outcomes = async (): Promise<Record<string, number>> => {
    const { values } = await metrics.crewRequests.get();
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels.outcome), value]));
  };
  return { crews, wakes, metrics, outcomes };
}

export function crewTask(more: Partial<CrewTask> = {}): CrewTask {
  return {
    runId: '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11',
    sessionId: 's',
    principal: { tenantId: 'tenant-1', userId: 'user-1', role: 'user', email: null },
    agent: { name: 'lead_analyzer', endpoint: '/agents/lead-analysis' },
    question: 'Which leads are hot?',
    past: [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
    ],
    context: { current_page: 'leads' },
    ...more,
  };
}

export interface CrewHeard {
  readonly events: CrewEvent[];
  readonly text: string;
  readonly tables: readonly CrewTable[];
  readonly references: readonly unknown[];
  readonly progress: readonly string[];
  readonly last: CrewEvent | undefined;
  readonly error:
    | (Error & {
        code?: unknown;
        detail?: string;
        started?: boolean;
        retriable?: boolean;
        retryAfter?: number;
      })
    | undefined;
}

/** Reads what a crew yields to its end or failure. In: `onEvent`, called with each before the next is asked for. */
export async function hear(
  events: AsyncIterable<CrewEvent>,
  onEvent: (event: CrewEvent) => void | Promise<void> = () => undefined,
): Promise<CrewHeard> {
  const heard: CrewEvent[] = [];
  let error: CrewHeard['error'];
  try {
    for await (const event of events) {
      heard.push(event);
      await onEvent(event);
    }
  } catch (thrown) {
    error = thrown as NonNullable<CrewHeard['error']>;
  }
  return {
    events: heard,
    text: heard.map((event) => (event.type === 'delta' ? event.text : '')).join(''),
    tables: heard.flatMap((event) => (event.type === 'material' ? [event.table] : [])),
    references: heard.flatMap((event) => (event.type === 'reference' ? [event.reference] : [])),
    progress: heard.flatMap((event) => (event.type === 'progress' ? [event.text] : [])),
    last: heard.at(-1),
    error,
  };
}

import { parseEnv } from '../../src/config/env.schema.js';
import { LlmConfig } from '../../src/config/config.js';
import { FallbackModel } from '../../src/llm/fallback-model.service.js';
import type { ModelEvent, ModelRequest, ModelToolCall } from '../../src/llm/llm.contract.js';
import { ProviderLines } from '../../src/llm/provider-lines.js';
import type { LineLimits } from '../../src/llm/provider-line.js';
import { ModelTransport } from '../../src/llm/providers/model-transport.js';

export interface BuiltModel {
  readonly model: FallbackModel;
  readonly lines: ProviderLines;
  readonly transport: ModelTransport;
  /** How each call ended, as `provider outcome`. */
  readonly calls: readonly string[];
}

/** Builds the model layer over real clients. In: variables as the process would get them, and limits to shorten. */
export function buildModel(env: Record<string, string>, limits: Partial<LineLimits> = {}): BuiltModel {
  const config = new LlmConfig(parseEnv(env));
  const transport = new ModelTransport();
  const calls: string[] = [];
  const lines = new ProviderLines(
    config,
    transport,
    (provider, outcome) => calls.push(`${provider} ${outcome}`),
    { backoff: 20, ...limits },
  );
  return { model: new FallbackModel(lines), lines, transport, calls };
}

export const ask = (content: string, system = 'You are a bot.'): ModelRequest => ({
  system,
  messages: [{ role: 'user', content }],
});

export interface Collected {
  readonly text: string;
  readonly deltas: readonly string[];
  readonly calls: readonly ModelToolCall[];
  readonly end: Extract<ModelEvent, { type: 'end' }> | undefined;
  readonly error: (Error & { code?: unknown; detail?: string; headers?: Record<string, string> }) | undefined;
}

/** Reads an answer to its end or failure. In: `onDelta`, called after each piece with how many there were. */
export async function collect(
  events: AsyncIterable<ModelEvent>,
  onDelta: (count: number) => void = () => undefined,
): Promise<Collected> {
  const deltas: string[] = [];
  const calls: ModelToolCall[] = [];
  let end: Collected['end'];
  let error: Collected['error'];
  try {
    for await (const event of events) {
      if (event.type === 'end') {
        end = event;
      } else if (event.type === 'tool_call') {
        calls.push(event.call);
      } else {
        deltas.push(event.text);
        onDelta(deltas.length);
      }
    }
  } catch (thrown) {
    error = thrown as NonNullable<Collected['error']>;
  }
  return { text: deltas.join(''), deltas, calls, end, error };
}

/** Waits until `check` holds; fails after two seconds. */
export async function until(check: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 2000;
  while (!check()) {
    if (Date.now() > deadline) throw new Error(`Did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

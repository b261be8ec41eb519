import { BadAnswerError, type ProviderChunk, type ToolCallPiece } from './model-provider.contract.js';

const DONE = '[DONE]';

interface Usage {
  readonly prompt_tokens?: unknown;
  readonly completion_tokens?: unknown;
}

interface Completion {
  readonly error?: unknown;
  readonly usage?: Usage | null;
  readonly choices?: readonly {
    readonly index?: number;
    readonly delta?: {
      readonly content?: unknown;
      readonly refusal?: unknown;
      readonly tool_calls?: readonly unknown[] | null;
    };
    readonly finish_reason?: unknown;
  }[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The provider reported a failure inside a stream that had begun well. */
export class StreamedFailure extends Error {
  override readonly name = 'StreamedFailure';
}

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

function parse(data: string): Completion {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new BadAnswerError('An event is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw new BadAnswerError('An event is not an object');
  return value;
}

interface CallDelta {
  readonly index?: unknown;
  readonly id?: unknown;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown } | null;
}

/** Empty and null mean the same as absent, since some servers repeat what the first piece said as such. */
function toPiece(value: unknown): ToolCallPiece {
  if (typeof value !== 'object' || value === null) throw new BadAnswerError('A call is not an object');
  const { index, id, function: called } = value as CallDelta;
  const text = called?.arguments ?? '';
  if (typeof text !== 'string') throw new BadAnswerError('The arguments of a call are not a text');
  return {
    index: typeof index === 'number' ? index : undefined,
    id: textIn(id),
    name: textIn(called?.name),
    text,
  };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * Reads the events of a streamed chat completion. What arrived in one piece from the socket becomes one chunk.
 * Only text and calls of tools pass: anything else that a delta may carry is dropped. A refusal is text too.
 */
export class CompletionReader {
  /** True after the protocol's closing event. */
  complete = false;
  private pending: Mutable<ProviderChunk> | undefined;

  /** In: the data of one event. Throws BadAnswerError or StreamedFailure. */
  take(data: string): void {
    if (data.startsWith(DONE)) {
      this.complete = true;
      this.chunk().complete = true;
      return;
    }
    const event = parse(data);
    if (event.error) throw new StreamedFailure('The provider reported a failure');
    const choice = Array.isArray(event.choices) ? event.choices[0] : undefined;
    if (choice) {
      const chunk = this.chunk();
      const content = choice.delta?.content ?? choice.delta?.refusal;
      if (typeof content === 'string') chunk.text += content;
      const calls = choice.delta?.tool_calls;
      if (Array.isArray(calls)) chunk.calls = [...(chunk.calls ?? []), ...calls.map(toPiece)];
      if (typeof choice.finish_reason === 'string') chunk.finishReason = choice.finish_reason;
    }
    if (event.usage) this.takeUsage(event.usage);
  }

  /** What was read since the last call; nothing when there was no event. */
  flush(): ProviderChunk | undefined {
    const chunk = this.pending;
    this.pending = undefined;
    return chunk;
  }

  private takeUsage(usage: Usage): void {
    const chunk = this.chunk();
    const input = count(usage.prompt_tokens);
    const output = count(usage.completion_tokens);
    if (input !== undefined) chunk.inputTokens = input;
    if (output !== undefined) chunk.outputTokens = output;
  }

  private chunk(): Mutable<ProviderChunk> {
    return (this.pending ??= { text: '' });
  }
}

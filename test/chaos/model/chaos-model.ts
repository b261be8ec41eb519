import { startModelServer } from '../../support/model-server.js';
import type { Behaviour, ScriptedServer, ServedMessage } from '../../support/scripted-server.js';
import { nonceIn, tokensOf } from './nonce.js';

/** What a model may do wrong, each for one call. */
export const MODEL_FAULTS = {
  hang: { hang: true },
  hangMidway: { hang: 3 },
  reset: { dieAfter: 0 },
  resetMidway: { dieAfter: 3 },
  busy: { status: 429, headers: { 'retry-after': '1' } },
  failure: { status: 500 },
  empty: { empty: true },
  garbage: { garbage: true },
  slow: { delayMs: 400 },
} as const satisfies Record<string, Behaviour>;
export type ModelFault = keyof typeof MODEL_FAULTS;

/**
 * A model whose answer to a question is a function of the nonce in its text alone.
 * It misbehaves on demand, question by question, and counts how often it was asked each.
 */
export class ChaosModel {
  /** How often each question was asked, by its nonce's id. */
  readonly calls = new Map<string, number>();
  private readonly planned = new Map<string, ModelFault[]>();
  private server: ScriptedServer | undefined;

  static async start(): Promise<ChaosModel> {
    const model = new ChaosModel();
    model.server = await startModelServer({
      keepRequests: false,
      reply: (messages) => {
        const nonce = nonceIn(lastOf(messages));
        return nonce ? tokensOf(nonce) : 'A question without a nonce.';
      },
      behave: ({ messages }) => model.behave(lastOf(messages)),
    });
    return model;
  }

  get port(): number {
    return this.server?.port ?? 0;
  }

  /** The next calls for this question go wrong, one after the other. */
  misbehave(id: string, ...faults: ModelFault[]): void {
    this.planned.set(id, [...(this.planned.get(id) ?? []), ...faults]);
  }

  /** Connections that a caller left before the answer was complete. */
  get aborted(): number {
    return this.server?.aborted ?? 0;
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  private behave(question: string): Behaviour | undefined {
    const nonce = nonceIn(question);
    if (!nonce) return undefined;
    this.calls.set(nonce.id, (this.calls.get(nonce.id) ?? 0) + 1);
    const fault = this.planned.get(nonce.id)?.shift();
    return { delayMs: nonce.paceMs, ...(fault ? MODEL_FAULTS[fault] : {}) };
  }
}

/** The question; nothing where a conversation is to be summarised, which is no question. */
function lastOf(messages: readonly ServedMessage[]): string {
  const text = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  return text.startsWith('<conversation>') ? '' : text;
}

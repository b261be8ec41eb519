import { createHash } from 'node:crypto';
import { newId } from '../../common/ids.js';
import type { CrewEvent, CrewReference, CrewTask, HumanDecision } from '../crew.contract.js';
import { exchange } from '../wire/crew-http.js';
import type { CrewTarget } from '../wire/crew-target.js';
import { AguiReader } from './agui-reader.js';
import { AguiStream } from './agui-stream.js';
import type { CrewAdapter, CrewCall } from './crew-adapter.js';
import { CHECK_LIMIT } from './sync.adapter.js';

const PROTOCOL = '1.0';
const MAX_HISTORY = 20;

/** A crew or flow behind AG-UI 1.0. To stop is only to stop listening: the crew works on, unheard. */
export class AguiAdapter implements CrewAdapter {
  begin(call: CrewCall): AsyncIterable<CrewEvent> {
    const { task } = call;
    const history = task.past.slice(-MAX_HISTORY);
    const messages = [...history, { role: 'user', content: task.question }].map(
      ({ role, content }, index) => ({
        id: `${task.runId}-${index}`,
        role,
        content,
      }),
    );
    return this.listen(call, task.runId, { messages });
  }

  /** The decision opens a run of its own in the same thread. */
  resume(call: CrewCall, _reference: CrewReference, decision: HumanDecision): AsyncIterable<CrewEvent> {
    const payload = { approved: decision.approved, comment: decision.comment };
    const resume = decision.ids.map((interruptId) => ({ interruptId, status: 'resolved', payload }));
    return this.listen(call, newId(), { messages: [], resume });
  }

  async check(target: CrewTarget, signal: AbortSignal): Promise<void> {
    const request = { method: 'GET' as const, url: `${target.base}/health`, token: target.token };
    const { status } = await exchange(request, CHECK_LIMIT, signal);
    if (status >= 500) throw new Error(`status ${status}`);
  }

  private async *listen(call: CrewCall, runId: string, more: object): AsyncGenerator<CrewEvent> {
    const { task, target, line, signal, silence } = call;
    const body = {
      protocolVersion: PROTOCOL,
      threadId: threadOf(task),
      runId,
      state: {},
      tools: [],
      context: contextOf(task),
      forwardedProps: {},
      ...more,
    };
    const request = { method: 'POST' as const, url: target.url, token: target.token, body };
    const stream = await line.begin(
      () => AguiStream.open(request, new AguiReader(runId, task.agent.name, silence), { silence, signal }),
      signal,
    );
    yield* stream.events();
  }
}

/** A session id is private to its user, so a thread is named by all that a session is found by, and tells nothing. */
function threadOf({ principal, sessionId, agent }: CrewTask): string {
  const place = JSON.stringify([principal.tenantId, principal.userId, sessionId, agent.name]);
  return createHash('sha256').update(place).digest('base64url');
}

function contextOf({ principal, context }: CrewTask): object[] {
  const page =
    Object.keys(context).length > 0 ? [{ description: 'page', value: JSON.stringify(context) }] : [];
  return [
    { description: 'tenant_id', value: principal.tenantId },
    { description: 'user_role', value: principal.role },
    ...page,
  ];
}

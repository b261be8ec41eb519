import { eventsOf, readAnswer, asFields } from '../answer/crew-answer.js';
import type { CrewEvent, CrewTask } from '../crew.contract.js';
import { badAnswer } from '../crew.errors.js';
import { exchange, failureOf } from '../wire/crew-http.js';
import type { CrewTarget } from '../wire/crew-target.js';
import type { CrewAdapter, CrewCall } from './crew-adapter.js';

const MAX_HISTORY = 10;

/** The original contract of the Crew service: one request, one answer. */
export class SyncAdapter implements CrewAdapter {
  async *begin({ task, target, line, signal, silence }: CrewCall): AsyncGenerator<CrewEvent> {
    const request = {
      method: 'POST' as const,
      url: target.url,
      token: target.token,
      headers: { 'x-user-role': task.principal.role, 'x-request-id': task.runId },
      body: bodyOf(task),
    };
    const json = await line.begin(async () => {
      const response = await exchange(request, silence, signal);
      const failure = failureOf(response);
      if (failure) throw failure;
      if (!asFields(response.json))
        throw badAnswer('The crew answered with something that could not be read.');
      return response.json;
    }, signal);
    yield* eventsOf(readAnswer(json, task.agent.name), 'sync');
  }

  async check(target: CrewTarget, signal: AbortSignal): Promise<void> {
    const request = { method: 'GET' as const, url: `${target.base}/health`, token: target.token };
    const response = await exchange(request, CHECK_LIMIT, signal);
    if (response.status < 200 || response.status > 299) throw new Error(`status ${response.status}`);
  }
}

/** Milliseconds; whoever checks may give up earlier. */
export const CHECK_LIMIT = 5000;

function bodyOf(task: CrewTask): object {
  const { context, principal } = task;
  return {
    query: task.question,
    context: {
      tenant_id: principal.tenantId,
      user_role: principal.role,
      dashboard_context: asFields(context['dashboard_context']) ?? context,
      current_page: typeof context['current_page'] === 'string' ? context['current_page'] : null,
      recent_actions: Array.isArray(context['recent_actions']) ? context['recent_actions'] : [],
      preferences: asFields(context['preferences']) ?? {},
    },
    message_history: task.past.slice(-MAX_HISTORY),
    timestamp: new Date().toISOString(),
    user_role: principal.role,
    tenant_id: principal.tenantId,
    ...(task.maxTokens === undefined ? {} : { max_tokens: task.maxTokens }),
  };
}

import { asFields } from '../answer/crew-answer.js';
import { plain } from '../answer/crew-table.js';
import type { HumanDecision } from '../crew.contract.js';
import { badAnswer, inputsMissing, refusedKey } from '../crew.errors.js';
import { type CrewRequest, type CrewResponse, exchange, failureOf } from '../wire/crew-http.js';
import type { CrewTarget } from '../wire/crew-target.js';
import type { CrewCall } from './crew-adapter.js';

/** Milliseconds of one question that changes nothing. */
const QUESTION_LIMIT = 10_000;
const STOP_LIMIT = 5000;
const ID = /^[\w.:-]{1,128}$/;
const MAX_NAMES = 50;
const NOT_THERE: ReadonlySet<number> = new Set([404, 405]);
const NEVER = new AbortController().signal;

/** Where the status of some work is asked for; deployments know one or the other. */
const STATUS_PATHS = [(id: string) => `/status/${id}`, (id: string) => `/${id}/status`] as const;

/** The API of a crew that is deployed on CrewAI AMP, one call each. */
export class AmpWire {
  /** The path of the status that a deployment answered at last. */
  private readonly dialects = new Map<string, number>();

  /** The inputs that the crew wants; undefined where it does not say. */
  async inputs({ target, line, signal, silence }: CrewCall): Promise<string[] | undefined> {
    const request = to(target, 'GET', '/inputs');
    const { json } = await line.ask(async () => {
      const response = await exchange(request, Math.min(silence, QUESTION_LIMIT), signal);
      if (!NOT_THERE.has(response.status)) throwFailure(response);
      return response;
    }, signal);
    return namesOf(asFields(json)?.['inputs']);
  }

  /**
   * Has the crew begin. Out: its id of the work. A stop does not break the call, since what it began could not be
   * stopped then; it keeps further tries from being made.
   */
  async kickoff(
    { target, line, signal, silence, task }: CrewCall,
    inputs: Readonly<Record<string, string>>,
    webhook: string | undefined,
  ): Promise<string> {
    const body = { inputs, meta: { requestId: task.runId }, ...webhooks(webhook) };
    return line.begin(async () => {
      const response = await exchange({ ...to(target, 'POST', '/kickoff'), body }, silence, NEVER);
      if (response.status === 422) throw inputsMissing(missingOf(response.json));
      throwFailure(response);
      const id = asFields(response.json)?.['kickoff_id'];
      if (typeof id !== 'string' || !ID.test(id))
        throw badAnswer('The crew began without saying how it can be asked for its answer.');
      return id;
    }, signal);
  }

  /** What the crew says of its work, as it says it; `NOT FOUND` where it knows of none at either place. */
  async status({ target, line, signal, silence }: CrewCall, id: string): Promise<unknown> {
    const known = this.dialects.get(target.url) ?? 0;
    for (const dialect of [known, 1 - known]) {
      const path = (STATUS_PATHS[dialect] ?? STATUS_PATHS[0])(id);
      const limit = Math.min(Math.ceil(silence / 3), QUESTION_LIMIT);
      const response = await line.once(async () => {
        const answer = await exchange(to(target, 'GET', path), limit, signal);
        if (!NOT_THERE.has(answer.status)) throwFailure(answer);
        return answer;
      });
      if (NOT_THERE.has(response.status)) continue;
      this.dialects.set(target.url, dialect);
      return response.json;
    }
    return { state: 'NOT FOUND' };
  }

  /** Passes a person's decision on. The addresses of webhooks have to be given again. */
  async resume(
    { target, line, signal, silence }: CrewCall,
    id: string,
    decision: HumanDecision,
    webhook: string | undefined,
  ): Promise<void> {
    const body = {
      execution_id: id,
      task_id: decision.ids[0] ?? '',
      human_feedback: decision.comment,
      is_approve: decision.approved,
      ...webhooks(webhook),
    };
    await line.begin(async () => {
      throwFailure(await exchange({ ...to(target, 'POST', '/resume'), body }, silence, signal));
    }, signal);
  }

  /** Asks for a stop, once. Not every deployment knows how. Out: whether it was taken. */
  async stop(target: CrewTarget, id: string): Promise<boolean> {
    const { status } = await exchange(to(target, 'POST', `/stop/${id}`), STOP_LIMIT, NEVER);
    return status >= 200 && status < 300;
  }

  /** Throws where the deployment is not there or does not take the token. */
  async check(target: CrewTarget, signal: AbortSignal): Promise<void> {
    const response = await exchange(to(target, 'GET', '/inputs'), QUESTION_LIMIT, signal);
    if (response.status === 401 || response.status === 403) throw refusedKey();
    if (response.status >= 500) throwFailure(response);
  }
}

function to(target: CrewTarget, method: CrewRequest['method'], path: string): CrewRequest {
  return { method, url: `${target.url}${path}`, token: target.token };
}

function throwFailure(response: CrewResponse): void {
  const failure = failureOf(response);
  if (failure) throw failure;
}

function webhooks(address: string | undefined): object {
  return address === undefined ? {} : { taskWebhookUrl: address, crewWebhookUrl: address };
}

function missingOf(json: unknown): string[] {
  return namesOf(asFields(asFields(json)?.['details'])?.['missing_inputs']) ?? [];
}

function namesOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value
    .flatMap((name) => (typeof name === 'string' ? [plain(name, 64)] : []))
    .filter(Boolean)
    .slice(0, MAX_NAMES);
}

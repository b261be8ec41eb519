import { randomUUID } from 'node:crypto';

type Fields = Record<string, unknown>;

export interface AmpAnswer {
  readonly status: number;
  readonly json: unknown;
}

export interface AmpWork {
  readonly id: string;
  readonly inputs: Fields;
  /** Where reports go to. */
  webhooks: string[];
  state: 'running' | 'done' | 'failed' | 'waiting' | 'stopped';
  polls: number;
  decisions: Fields[];
}

/** A crew that is deployed on CrewAI AMP. */
export class AmpDouble {
  /** `documented`: `/status/{id}` with `status`; `observed`: `/{id}/status` with `state`. */
  dialect: 'documented' | 'observed' = 'documented';
  /** With which the other dialect's path is refused. */
  strangePath: 404 | 405 = 404;
  /** Inputs that the crew asks for and cannot do without; undefined: it does not say, and takes anything. */
  inputs: string[] | undefined = ['query'];
  /** Polls after which the work is done; Infinity: when `finish` says so. */
  pollsToFinish = 2;
  /** Polls for which new work is not known yet. */
  unknownFor = 0;
  /** Whether a person has to decide first, and the task that waits. */
  waitsFor: string | undefined;
  /** Whether `POST /stop/{id}` is known. */
  stoppable = false;
  output: unknown = 'The crew is done.';
  readonly works: AmpWork[] = [];
  private readonly outputs = new Map<string, unknown>();

  work(id: string): AmpWork {
    const work = this.works.find((one) => one.id === id);
    if (!work) throw new Error(`There is no work ${id}`);
    return work;
  }

  finish(id: string, output: unknown): void {
    this.work(id).state = 'done';
    this.outputs.set(id, output);
  }

  answer(method: string, path: string, body: any): AmpAnswer {
    if (method === 'GET' && path === '/inputs') {
      return this.inputs ? { status: 200, json: { inputs: this.inputs } } : notFound;
    }
    if (method === 'POST' && path === '/kickoff') return this.kickoff(body);
    if (method === 'POST' && path === '/resume') return this.resume(body);
    const stop = /^\/stop\/([\w-]+)$/.exec(path)?.[1];
    if (method === 'POST' && stop && this.stoppable) {
      this.work(stop).state = 'stopped';
      return { status: 200, json: {} };
    }
    const own = this.dialect === 'documented' ? /^\/status\/([\w-]+)$/ : /^\/([\w-]+)\/status$/;
    const other = this.dialect === 'documented' ? /^\/([\w-]+)\/status$/ : /^\/status\/([\w-]+)$/;
    const id = own.exec(path)?.[1];
    if (method === 'GET' && id !== undefined) return this.status(id);
    return other.test(path) ? { status: this.strangePath, json: { error: 'Not Found' } } : notFound;
  }

  private kickoff({ inputs = {}, taskWebhookUrl, stepWebhookUrl, crewWebhookUrl }: any): AmpAnswer {
    const missing = (this.inputs ?? []).filter((name) => typeof inputs[name] !== 'string');
    if (missing.length > 0) {
      const details = { missing_inputs: missing };
      return {
        status: 422,
        json: { error: 'Validation Error', message: 'Missing required inputs', details },
      };
    }
    const webhooks = [taskWebhookUrl, stepWebhookUrl, crewWebhookUrl].filter(Boolean);
    const work: AmpWork = {
      id: randomUUID(),
      inputs,
      webhooks: [...new Set<string>(webhooks)],
      state: this.waitsFor === undefined ? 'running' : 'waiting',
      polls: 0,
      decisions: [],
    };
    this.works.push(work);
    return { status: 200, json: { kickoff_id: work.id } };
  }

  private resume(body: any): AmpAnswer {
    const work = this.works.find(({ id }) => id === body.execution_id);
    if (!work || work.state !== 'waiting' || body.task_id !== this.waitsFor) return notFound;
    work.decisions.push(body);
    work.webhooks = [body.taskWebhookUrl, body.crewWebhookUrl].filter(Boolean);
    work.state = 'running';
    work.polls = 0;
    return { status: 200, json: {} };
  }

  private status(id: string): AmpAnswer {
    const work = this.works.find((one) => one.id === id);
    if (!work) return this.unknown();
    work.polls += 1;
    if (work.polls <= this.unknownFor) return this.unknown();
    if (work.state === 'running' && work.polls > this.pollsToFinish + this.unknownFor) work.state = 'done';
    const output = this.outputs.get(id) ?? this.output;
    return {
      status: 200,
      json: this.dialect === 'documented' ? this.documented(work, output) : this.observed(work, output),
    };
  }

  private unknown(): AmpAnswer {
    return this.dialect === 'documented'
      ? { status: 404, json: { error: 'Execution not found' } }
      : { status: 200, json: { state: 'NOT FOUND' } };
  }

  private documented(work: AmpWork, output: unknown): Fields {
    switch (work.state) {
      case 'running':
        return {
          status: 'running',
          current_task: 'research_task',
          progress: { completed_tasks: Math.min(work.polls - 1, 2), total_tasks: 3 },
        };
      case 'waiting':
        return { status: 'awaiting_human_feedback', task_id: this.waitsFor, message: 'Is this draft fine?' };
      case 'done':
        return { status: 'completed', result: typeof output === 'string' ? { output, tasks: [] } : output };
      case 'failed':
        return { status: 'error', error: 'Invalid API key sk-canary-of-the-crew at 10.0.0.7' };
      case 'stopped':
        return { status: 'stopped' };
    }
  }

  private observed(work: AmpWork, output: unknown): Fields {
    switch (work.state) {
      case 'running':
        return {
          state: work.polls === 1 ? 'PENDING' : 'Started',
          result: null,
          last_step: work.polls === 1 ? null : 'Searching the web',
        };
      case 'waiting':
        return {
          state: 'Pending Human Input',
          result: null,
          last_executed_task: { name: this.waitsFor, output: 'Is this draft fine?' },
        };
      case 'done':
        return { state: 'SUCCESS', result: output };
      case 'failed':
        return { state: 'FAILURE', result: 'Invalid API key sk-canary-of-the-crew at 10.0.0.7' };
      case 'stopped':
        return { state: 'CANCELLED' };
    }
  }
}

const notFound: AmpAnswer = { status: 404, json: { error: 'Not Found' } };

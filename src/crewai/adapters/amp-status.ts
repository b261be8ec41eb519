import { asFields } from '../answer/crew-answer.js';
import { plain } from '../answer/crew-table.js';

/** What an answer to `GET /status` says, whichever of its dialects it is in. */
export type AmpStatus =
  | { readonly phase: 'running'; readonly progress: string | undefined }
  | { readonly phase: 'done'; readonly output: unknown }
  | { readonly phase: 'waiting'; readonly taskId: string | undefined; readonly text: string }
  | { readonly phase: 'failed' | 'stopped' | 'missing' };

/** Words of both dialects in lower case, blanks as underscores. */
const PHASES: Readonly<Record<string, AmpStatus['phase']>> = {
  running: 'running',
  pending: 'running',
  started: 'running',
  queued: 'running',
  in_progress: 'running',
  completed: 'done',
  success: 'done',
  error: 'failed',
  failed: 'failed',
  failure: 'failed',
  stopped: 'stopped',
  cancelled: 'stopped',
  not_found: 'missing',
  pending_human_input: 'waiting',
  awaiting_human_feedback: 'waiting',
};

const MAX_PROGRESS = 200;
const MAX_QUESTION = 4000;
const TASK_ID = /^[\w.:/ -]{1,128}$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the status of a deployed crew. Out: undefined where it is in no known dialect.
 * CrewAI documents `status` with an object `result`; its deployments and own client use `state` with a text.
 */
export function readStatus(value: unknown): AmpStatus | undefined {
  const fields = asFields(value) ?? {};
  const word = [fields['status'], fields['state']].find((one) => typeof one === 'string');
  if (typeof word !== 'string') return undefined;
  const key = word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
  const phase = Object.hasOwn(PHASES, key) ? PHASES[key] : undefined;
  switch (phase) {
    case undefined:
      return undefined;
    case 'running':
      return { phase, progress: progressOf(fields) };
    case 'done':
      return { phase, output: outputOf(fields) };
    case 'waiting':
      return { phase, taskId: taskIdOf(fields), text: questionOf(fields) };
    case 'failed':
    case 'stopped':
    case 'missing':
      return { phase };
  }
}

function outputOf(fields: Fields): unknown {
  const { result } = fields;
  if (typeof result === 'string' && result.trim() !== '') return result;
  const object = asFields(result);
  if (object) return typeof object['output'] === 'string' ? mergeText(object) : object;
  return asFields(fields['last_executed_task'])?.['output'];
}

/** An output that is itself an answer in JSON counts as that; tables beside it are kept. */
function mergeText(result: Fields): unknown {
  const beside = ['tables', 'charts', 'metadata', 'confidence', 'suggested_actions'].some(
    (key) => key in result,
  );
  return beside ? result : result['output'];
}

function progressOf(fields: Fields): string | undefined {
  const counts = asFields(fields['progress']);
  const [done, total] = [counts?.['completed_tasks'], counts?.['total_tasks']];
  const last = asFields(fields['last_executed_task']);
  const names = [fields['current_task'], fields['last_step'], last?.['name'], last?.['description']];
  const name = names.find((one) => typeof one === 'string' && one.trim() !== '');
  const counted =
    Number.isInteger(done) && Number.isInteger(total) ? `${Number(done)} of ${Number(total)} tasks done` : '';
  const text = [typeof name === 'string' ? plain(name, MAX_PROGRESS) : '', counted]
    .filter(Boolean)
    .join(', ');
  return text === '' ? undefined : text;
}

function taskIdOf(fields: Fields): string | undefined {
  const last = asFields(fields['last_executed_task']) ?? {};
  const ids = [fields['task_id'], fields['current_task'], last['task_id'], last['id'], last['name']];
  return ids.flatMap((id) => toTaskId(id) ?? [])[0];
}

/** In: anything. Out: the name of a task, where it is one. */
export function toTaskId(value: unknown): string | undefined {
  return typeof value === 'string' && TASK_ID.test(value) ? value : undefined;
}

function questionOf(fields: Fields): string {
  const last = asFields(fields['last_executed_task'])?.['output'];
  const text = [fields['task_output'], fields['message'], last, fields['result']].find(
    (one) => typeof one === 'string' && one.trim() !== '',
  );
  return typeof text === 'string' ? text.slice(0, MAX_QUESTION) : '';
}

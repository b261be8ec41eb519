import { saidIn } from './said.js';
import type { ActiveRun, AnswerEvent, AnswerPart, ErrorBody, Message, RunState } from '../client/wire.js';

/** One run as far as its events were seen. (epoch, seq) is the position of the last event applied. */
export interface Run {
  readonly runId: string;
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  readonly agentName: string | null;
  readonly assistantName: string | null;
  readonly epoch: number;
  readonly seq: number;
  readonly state: RunState;
  readonly status: string | null;
  readonly text: string;
  readonly parts: readonly AnswerPart[];
  readonly error: ErrorBody | null;
  readonly retriable: boolean;
  readonly message: Message | null;
  /** It ended in nothing, and the history has an answer in its place. */
  readonly replaced: boolean;
  /** Events that came before those they follow; applied once the gap is filled. */
  readonly ahead: readonly AnswerEvent[];
}

const MAX_AHEAD = 2000;

/** A run of which nothing was seen yet. */
export function newRun(runId: string, known: Partial<Run> = {}): Run {
  return {
    runId,
    messageId: null,
    inReplyTo: null,
    agentName: null,
    assistantName: null,
    epoch: 0,
    seq: 0,
    state: 'queued',
    status: null,
    text: '',
    parts: [],
    error: null,
    retriable: false,
    message: null,
    replaced: false,
    ahead: [],
    ...known,
  };
}

/** A run found by `active_run`: followed from the beginning of its current epoch. */
export function runFromActive(active: ActiveRun): Run {
  return newRun(active.run_id, { messageId: active.message_id, state: active.state });
}

/** The run of a stored question without an answer. One that has ended in an answer is still to be asked for it. */
export function runFromHistory(runId: string, questionId: string, state: RunState): Run {
  const run = newRun(runId, { inReplyTo: questionId, state: state === 'completed' ? 'running' : state });
  return { ...run, retriable: !isOpen(run) };
}

export function isOpen(run: Pick<Run, 'state'>): boolean {
  return run.state === 'queued' || run.state === 'running' || run.state === 'awaiting_approval';
}

/** True where events are missing, so that the rest has to be asked for from (epoch, seq). */
export function hasGap(run: Run): boolean {
  return run.ahead.length > 0;
}

/**
 * Applies an event of the log, once and in order: duplicates and older epochs are dropped, early ones kept aside.
 * In: the run so far, an event of this run. Out: the run; the same object when nothing changed.
 */
export function applyEvent(run: Run, event: AnswerEvent): Run {
  if (event.event === 'resync') return applyResync(run, event);
  if (!isAfter(event, run)) return run;
  if (!follows(event, run)) return keepAside(run, event);
  return drain(advance(run, event));
}

type Position = { readonly epoch: number; readonly seq: number };

const isAfter = (a: Position, b: Position) => a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq);

const follows = (event: AnswerEvent, run: Run) =>
  event.epoch === run.epoch ? event.seq === run.seq + 1 : event.epoch > run.epoch && event.seq === 1;

function keepAside(run: Run, event: AnswerEvent): Run {
  if (run.ahead.some((one) => one.epoch === event.epoch && one.seq === event.seq)) return run;
  const ahead = [...run.ahead, event].sort((a, b) => a.epoch - b.epoch || a.seq - b.seq);
  return { ...run, ahead: ahead.slice(0, MAX_AHEAD) };
}

function drain(run: Run): Run {
  let current = run;
  for (;;) {
    const ahead = current.ahead.filter((event) => isAfter(event, current));
    const next = ahead.find((event) => follows(event, current));
    if (!next) return ahead.length === current.ahead.length ? current : { ...current, ahead };
    current = advance({ ...current, ahead }, next);
  }
}

function advance(run: Run, event: AnswerEvent): Run {
  const fresh = event.epoch > run.epoch ? { ...run, ...EMPTY } : run;
  return { ...fresh, ...changeBy(fresh, event), epoch: event.epoch, seq: event.seq };
}

const EMPTY = {
  text: '',
  parts: [],
  status: null,
  error: null,
  message: null,
  state: 'running',
} as const satisfies Partial<Run>;

function changeBy(run: Run, event: AnswerEvent): Partial<Run> {
  switch (event.event) {
    case 'reset':
      return EMPTY;
    case 'run.started':
      return {
        state: 'running',
        messageId: event.message_id,
        inReplyTo: event.in_reply_to,
        agentName: event.agent_name,
        assistantName: event.assistant_name,
      };
    case 'run.status':
      return { status: event.text };
    case 'text.delta':
      return { text: run.text + event.text, status: null, state: 'running' };
    case 'part':
      return { parts: [...run.parts, event.part], state: 'running' };
    case 'run.awaiting_approval':
      return { state: 'awaiting_approval', status: null };
    case 'run.completed':
      return { ...ended('completed'), ...taken(event.message) };
    case 'run.cancelled':
      return { ...ended('cancelled'), retriable: true, ...(event.message ? taken(event.message) : {}) };
    case 'run.failed':
      return { ...ended('failed'), error: event.error, retriable: event.retriable };
    case 'run.interrupted':
      return { ...ended('interrupted'), retriable: event.retriable };
    case 'resync':
      return {};
  }
}

const ended = (state: RunState): Partial<Run> => ({ state, status: null });

const taken = (message: Message): Partial<Run> => ({
  message,
  messageId: message.id,
  ...saidIn(message),
});

function applyResync(run: Run, event: AnswerEvent & { event: 'resync' }): Run {
  if (!isAfter(event, run) && !(event.epoch === run.epoch && event.seq === run.seq)) return run;
  const state = event.message ? stateOf(event.message) : null;
  return drain({
    ...run,
    ...(event.message ? taken(event.message) : {}),
    ...(state ? { ...ended(state), retriable: state !== 'completed' } : goingOn(run, event.message)),
    inReplyTo: event.message?.in_reply_to ?? run.inReplyTo,
    epoch: event.epoch,
    seq: event.seq,
  });
}

/** A message without an end is shown as far as it got, and the run goes on behind it. */
const goingOn = (run: Run, message: Message | null): Partial<Run> =>
  message ? { state: 'running', status: null, error: null, message: null } : { state: run.state };

const FINAL: readonly unknown[] = ['completed', 'failed', 'cancelled', 'interrupted'];

/** How the run of a stored answer ended; null while it is still going. */
export function stateOf(message: Message): RunState | null {
  if (message.type === 'error') return 'failed';
  const state = message.metadata.state;
  return FINAL.includes(state) ? (state as RunState) : null;
}

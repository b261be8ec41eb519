import { isFinal, isNext, Reader } from '../clients/reader.js';
import { answerOf, nonceIn } from '../model/nonce.js';
import type { Entry, GotEvent, Place, Shown } from '../record/entries.js';
import type { LogRow, RunRow } from '../record/rows.js';
import { type Facts, groupBy, type Violation } from './facts.js';

/** G5, G6, G18: what clients were shown is in the log, without a gap, and is in the end what is stored. */
export function checkShown(facts: Facts): Violation[] {
  return [...checkLogged(facts), ...checkConnections(facts), ...checkReaders(facts)];
}

/** Every event that anybody was shown is in the log, the very same. */
function checkLogged(facts: Facts): Violation[] {
  const seen = new Set<string>();
  return facts.shown.flatMap(({ got, client }): Violation[] => {
    if (got.event === 'resync') return [];
    const key = JSON.stringify(got);
    if (seen.has(key)) return [];
    seen.add(key);
    const logged = facts.log.get(got.run)?.find((row) => row.epoch === got.epoch && row.seq === got.seq);
    const at = `${got.run} ${got.epoch}:${got.seq} ${got.event} at ${client}`;
    if (!logged) return [{ promise: 'G6', name: 'shown but not logged', detail: at }];
    return isSame(got, logged) ? [] : [{ promise: 'G6', name: 'shown other than logged', detail: at }];
  });
}

function isSame(got: GotEvent, { event }: LogRow): boolean {
  if (got.event !== event.event) return false;
  if (got.event === 'text.delta') return got.text === event.text;
  if (got.message === undefined) return true;
  return got.message?.id === event.message?.id && got.message?.content === event.message?.content;
}

/** On one connection the events of a run come without gaps, and after a resume from where it asked for. */
function checkConnections(facts: Facts): Violation[] {
  return [...facts.connections].flatMap(([name, entries]) => {
    const runs = new Map<string, ConnectionOfRun>();
    const violations: Violation[] = [];
    for (const entry of entries) {
      const run = runOf(entry);
      if (run === undefined) continue;
      const state = runs.get(run) ?? new ConnectionOfRun();
      runs.set(run, state);
      if (entry.kind === 'invoke' && entry.from) state.resume(entry.from);
      if (entry.kind !== 'event') continue;
      const wrong = state.take(entry.got, entry.transport !== 'raw');
      if (wrong)
        violations.push({ ...wrong, detail: `${run} ${entry.got.epoch}:${entry.got.seq} on ${name}` });
    }
    for (const [run, state] of runs) {
      if (state.unanswered)
        violations.push({ promise: 'G5', name: 'resumed elsewhere than asked', detail: `${run} on ${name}` });
    }
    return violations;
  });
}

function runOf(entry: Entry): string | undefined {
  if (entry.kind === 'event') return entry.got.run;
  return entry.kind === 'invoke' && entry.action === 'resume' ? entry.run : undefined;
}

/** A place that a resume asked to go on from, and how often events of each epoch have come from there. */
interface Asked {
  readonly from: Place;
  readonly answers: Map<number, number>;
}

/** What one connection may be sent next of one run. Live events may come before those that a resume asked for. */
class ConnectionOfRun {
  private position: Place | undefined;
  private readonly asked: Asked[] = [];
  private ended = false;

  resume(from: Place): void {
    this.asked.push({ from, answers: new Map() });
    this.ended = false;
  }

  /** True where the run came to its end without what was asked for last. */
  get unanswered(): boolean {
    return this.ended && this.asked.at(-1)?.answers.size === 0;
  }

  /** In: `strict`, whether nothing from before the asked place may come. Out: what is wrong here, if anything. */
  take(got: GotEvent, strict: boolean): Omit<Violation, 'detail'> | undefined {
    const { position } = this;
    const answered = this.asked.findLast((asked) => fits(got, asked));
    this.position = { epoch: got.epoch, seq: got.seq };
    this.ended = isFinal(got.event);
    if (answered) answered.answers.set(got.epoch, (answered.answers.get(got.epoch) ?? 0) + 1);
    if (answered || got.event === 'resync') return undefined;
    if (position === undefined) {
      const repeats = strict && this.asked.some(({ from }) => !isAfter(got, from));
      return repeats ? { promise: 'G5', name: 'repeated' } : undefined;
    }
    if (isNext(got, position)) return undefined;
    return isAfter(got, position)
      ? { promise: 'G6', name: 'gap without resync' }
      : { promise: 'G5', name: 'repeated' };
  }
}

/** A resume may be overtaken by live events or by an earlier one, so that what it asked for comes twice. */
function fits(got: GotEvent, { from, answers }: Asked): boolean {
  return (answers.get(got.epoch) ?? 0) < 2 && (got.event === 'resync' || isNext(got, from));
}

function isAfter(got: Place, place: Place): boolean {
  return got.epoch > place.epoch || (got.epoch === place.epoch && got.seq > place.seq);
}

/** Each client's own view: shown text is a prefix of what the model says, and in the end the stored answer. */
function checkReaders(facts: Facts): Violation[] {
  const views = groupBy(facts.shown, ({ client, got }) => `${got.run} at ${client}`);
  return [...views].flatMap(([name, shown]) => {
    const run = facts.runs.get(shown[0]?.got.run ?? '');
    return run ? checkReader(facts, run, shown, name) : [];
  });
}

function checkReader(facts: Facts, run: RunRow, shown: readonly Shown[], name: string): Violation[] {
  const nonce = nonceIn(facts.messages.get(run.question)?.content ?? '');
  const whole = nonce && answerOf(nonce);
  const reader = new Reader();
  for (const { got } of shown) {
    const verdict = reader.take(got);
    const stands = got.message?.state === 'failed' || reader.final?.event === 'resync';
    if (verdict === 'show' && whole !== undefined && !stands && !whole.startsWith(reader.text)) {
      return [{ promise: 'G6', name: 'shown text is no prefix', detail: name }];
    }
  }
  const { final } = reader;
  if (!final) return [];
  const stored = facts.messages.get(run.answer)?.content;
  const tells = final.event === 'run.completed' || final.event === 'run.cancelled';
  if (tells && final.message && (reader.text !== final.message.content || final.message.id !== run.answer)) {
    return [{ promise: 'G5', name: 'shown text is not the answer', detail: name }];
  }
  if (final.event === 'run.completed' && reader.text !== stored) {
    return [{ promise: 'G5', name: 'shown text is not the stored answer', detail: name }];
  }
  if (isFinal(final.event) && final.event !== `run.${run.state}`) {
    return [{ promise: 'G3', name: 'two ends', detail: `${name}: ${final.event}, stored ${run.state}` }];
  }
  return [];
}

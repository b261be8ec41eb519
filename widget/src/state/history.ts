import type { Message, RunState } from '../client/wire.js';
import { isOpen, type Run, runFromHistory } from './run.js';

/** A page of the history, newest or `earlier`. `hasEarlier`: there may be more above it. */
export interface HistoryPage {
  readonly messages: readonly Message[];
  readonly hasEarlier: boolean;
  readonly earlier: boolean;
  /** What was shown as it was asked for: what came since is newer than the page. */
  readonly before: readonly Message[];
}

interface Shown {
  readonly messages: readonly Message[];
  readonly runs: readonly Run[];
  readonly hasEarlier: boolean;
}

/** Joins a page to what is shown. A newest page decides which branch that is, and leaves no hole above itself. */
export function withPage<T extends Shown>(shown: T, page: HistoryPage): T {
  const stays = page.earlier ? shown.messages : onBranchOf(shown.messages, page);
  const [first] = page.messages;
  const reaches = first !== undefined && stays.some(({ position }) => position < first.position);
  const messages = upsert(stays, page.messages);
  const answered = new Set(messages.map((message) => message.in_reply_to));
  const unanswered = messages.flatMap((message) => (answered.has(message.id) ? [] : runOf(message)));
  const runs = page.earlier ? shown.runs : givenWay(shown.runs, page.messages);
  return {
    ...shown,
    hasEarlier: reaches && !page.earlier ? shown.hasEarlier : page.hasEarlier,
    messages,
    runs: withNew(runs, unanswered),
  };
}

function onBranchOf(known: readonly Message[], { messages, hasEarlier, before }: HistoryPage) {
  const [first] = messages;
  if (!first) return known;
  const here = new Set(messages.map(({ id }) => id));
  const asked = new Set(before.map(({ id }) => id));
  const above = known.find(({ id }) => id === first.parent_id)?.position;
  const own = known.some(({ id }) => id === first.id) ? first.position - 1 : -Infinity;
  const floor = hasEarlier ? (above ?? own) : -Infinity;
  return known.filter(({ id, position }) => here.has(id) || !asked.has(id) || position <= floor);
}

/** Runs that ended in nothing are not shown where the history has an answer in their place. */
function givenWay(runs: readonly Run[], messages: readonly Message[]): readonly Run[] {
  const answered = new Set(messages.map((message) => message.in_reply_to));
  return runs.map((run) =>
    !isOpen(run) && run.inReplyTo && answered.has(run.inReplyTo) ? { ...run, replaced: true } : run,
  );
}

/** The run of a question without an answer, as the history tells it. */
function runOf(question: Message): Run[] {
  const { run_id: runId, state } = question.metadata;
  if (typeof runId !== 'string' || question.type !== 'user') return [];
  return [runFromHistory(runId, question.id, state as RunState)];
}

/** Adds runs of which nothing was known, and to the others which question they answer. */
export function withNew(runs: readonly Run[], more: readonly Run[]): readonly Run[] {
  const given = new Map(more.map((run) => [run.runId, run]));
  const known = runs.map((run) => {
    const { inReplyTo } = given.get(run.runId) ?? run;
    given.delete(run.runId);
    return run.inReplyTo || !inReplyTo ? run : { ...run, inReplyTo };
  });
  return [...known, ...given.values()];
}

/** Puts messages in their places. What the history told of their versions stays known. */
export function upsert(messages: readonly Message[], more: readonly Message[]): readonly Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const message of more) {
    const branches = message.branches ?? byId.get(message.id)?.branches;
    byId.set(message.id, branches ? { ...message, branches } : message);
  }
  return [...byId.values()].sort((a, b) => a.position - b.position);
}

/** Another question after the same message, where there is one: `message` is a new version of it. */
export function otherVersion(messages: readonly Message[], message: Message): Message | undefined {
  if (message.type !== 'user') return undefined;
  return messages.find(
    (one) => one.type === 'user' && one.id !== message.id && one.parent_id === message.parent_id,
  );
}

/** A question takes its place; where it is a new version of one, that one and what followed it are not shown. */
export function withQuestion(messages: readonly Message[], message: Message): readonly Message[] {
  const other = otherVersion(messages, message);
  return upsert(other ? messages.filter(({ position }) => position < other.position) : messages, [message]);
}

/** Whether `head` is the end of what is shown, or may be that of an answer of which nothing came yet. */
export function endsAt({ messages, runs }: Omit<Shown, 'hasEarlier'>, head: string): boolean {
  const last = messages.findLast(({ type }) => type === 'user');
  const run = runs.findLast(({ inReplyTo }) => inReplyTo === last?.id);
  if (run && isOpen(run)) return run.messageId === null || run.messageId === head;
  return head === run?.messageId || head === messages.at(-1)?.id;
}

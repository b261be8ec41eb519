import { setImmediate } from 'node:timers/promises';
import type { Topic } from './analytics.contract.js';
import type { AskedQuestion } from './talks.repository.js';

/**
 * A term that fewer users share could be the words of one of them: an administrator sees what the organisation asks
 * about, never what a person asked.
 */
export const FEWEST_USERS = 3;
const MOST_TOPICS = 20;
/** Questions after which other work has its turn. */
const AT_ONCE = 100;
/** Figures and their like: numbers of customers, of telephones, of accounts. */
const HAS_DIGIT = /\p{Nd}/u;

/**
 * Counts in how many questions, and of how many users, each term stands. In: questions, and what the terms of a text
 * are. Out: terms of at least three users, the most frequent first.
 */
export async function topicsOf(
  questions: readonly AskedQuestion[],
  termsOf: (text: string) => readonly string[],
  signal: AbortSignal,
): Promise<Topic[]> {
  const counts = new Map<string, { questions: number; users: Set<string> }>();
  for (const [index, { user, text }] of questions.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await setImmediate();
    signal.throwIfAborted();
    for (const term of new Set(termsOf(text))) {
      if (HAS_DIGIT.test(term)) continue;
      const count = counts.get(term) ?? { questions: 0, users: new Set<string>() };
      count.questions += 1;
      count.users.add(user);
      counts.set(term, count);
    }
  }
  return [...counts]
    .filter(([, { users }]) => users.size >= FEWEST_USERS)
    .map(([term, { questions: asked, users }]) => ({ term, questions: asked, users: users.size }))
    .sort((a, b) => b.questions - a.questions || b.users - a.users || a.term.localeCompare(b.term))
    .slice(0, MOST_TOPICS);
}

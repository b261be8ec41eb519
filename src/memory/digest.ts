import type { PastMessage } from '../conversations/conversations.reader.js';
import { words } from '../common/words.js';
import { moodOf } from './mood.js';
import { type Summary, SUMMARY_LIMITS } from './summary.contract.js';

/** Characters of a message that are looked at. */
const LOOKED_AT = 1500;
const SENTENCE = { shortest: 12, longest: 240 } as const;
/** Part of the text that goes to what weighs most, however old; the rest goes to what is newest. */
const LASTING = 0.6;
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'sentence' });
const MARKUP = /^\s*(#{1,6}\s+|>\s?|[-*+]\s+(\[[ xX]\]\s+)?|\d{1,3}[.)]\s+)+/;
const CODE = /```[^]*?(?:```|(?![^]))|^[ \t]*\|.*$/gm;
const QUESTION = /[?？؟;]\s*$/;
/** Open boxes of lists, and words that ask for something to be done, in the languages that the agents know. */
const TO_DO =
  /^\s*[-*+]\s+\[ \]|\b(todo|to do|must|need to|have to|remember|follow up|deadline|until|bitte|muss|müssen|erledigen|bis zum|doit|devons|il faut|rappeler|debe|debemos|hay que|pendiente|deve|bisogna|preciso|moet|trzeba|должн\w*|нужно|надо)\b|必要|すべき|してください|需要|必须|请|يجب|करना/iu;

/** What a user says weighs this much more than an answer. */
const OWN = 2;

type Said = Pick<PastMessage, 'role' | 'content'>;

interface Sentence {
  readonly text: string;
  readonly weight: number;
  readonly at: number;
  readonly action: boolean;
}

/**
 * Summarises by selection, without a model: the same result for the same input, in any script.
 * In: the summary so far, the messages that come to it, oldest first, and the characters that its text may have.
 * Out: a summary within SUMMARY_LIMITS.
 */
export function digest(
  before: Summary | undefined,
  messages: readonly Said[],
  room: number = SUMMARY_LIMITS.text,
): Summary {
  const kept = earlier(before?.summary ?? '');
  const fresh = messages.flatMap((message, index) => sentencesOf(message, kept.length + index));
  const actions = fresh.filter(({ action }) => action).map(({ text }) => text.slice(0, SUMMARY_LIMITS.item));
  return {
    summary: chosen([...kept, ...fresh], room).join('\n'),
    key_topics: topics(before?.key_topics ?? [], fresh),
    action_items: [...new Set([...(before?.action_items ?? []), ...actions])].slice(-SUMMARY_LIMITS.items),
    sentiment: moodOf(messages.filter(({ role }) => role === 'user').map(({ content }) => content)),
  };
}

/** What was kept before stays as if a user had said it. */
function earlier(summary: string): Sentence[] {
  const lines = summary.split('\n').flatMap((line) => [...SEGMENTER.segment(line)]);
  const texts = lines.map(({ segment }) => segment.trim()).filter(Boolean);
  return texts.map((text, at) => ({ text, at, weight: weightOf(text) + OWN, action: false }));
}

function sentencesOf({ role, content }: Said, at: number): Sentence[] {
  const said = content
    .slice(0, LOOKED_AT)
    .toWellFormed()
    .replace(CODE, '')
    .split('\n')
    .filter((line) => line.trim());
  const found = said.flatMap((line) =>
    [...SEGMENTER.segment(line.replace(MARKUP, ''))].map(({ segment }) => ({
      text: segment.trim().replace(/\s+/g, ' ').slice(0, SENTENCE.longest).toWellFormed(),
      action: role === 'user' && TO_DO.test(line),
    })),
  );
  const all = found.filter(({ text }) => text.length >= SENTENCE.shortest || /\p{Lo}{4}/u.test(text));
  const own = role === 'user' ? all : all.slice(0, 1);
  const bonus = role === 'user' ? OWN : 0;
  return own.map(({ text, action }) => ({ text, action, at, weight: weightOf(text) + bonus }));
}

/** What holds a name, figure or quotation weighs more, what only asks weighs less. */
function weightOf(text: string): number {
  const names = text.match(/(?<=\S\s)\p{Lu}[\p{L}\p{N}]+/gu)?.length ?? 0;
  const figures = text.match(/\p{N}+/gu)?.length ?? 0;
  const quoted = /["'“„«`「].{2,}["'”“»`」]/u.test(text) ? 1 : 0;
  return Math.min(names, 3) + Math.min(figures, 2) + quoted - (QUESTION.test(text) ? 2 : 0);
}

/** The heaviest sentences, the older first among equals, then the newest; in the order in which they were said. */
function chosen(all: readonly Sentence[], room: number): string[] {
  const distinct = [...new Map(all.map((one) => [one.text, one] as const)).values()];
  const heavy = distinct.toSorted((a, b) => b.weight - a.weight || a.at - b.at);
  const lasting = fitting(heavy, room * LASTING);
  const used = lasting.reduce((sum, { text }) => sum + text.length + 1, 0);
  const rest = distinct.filter((one) => !lasting.includes(one)).toReversed();
  const newest = fitting(rest, room - used);
  return distinct.filter((one) => lasting.includes(one) || newest.includes(one)).map(({ text }) => text);
}

function fitting(ordered: readonly Sentence[], room: number): Sentence[] {
  let left = room;
  return ordered.filter(({ text }) => {
    if (text.length + 1 > left) return false;
    left -= text.length + 1;
    return true;
  });
}

function topics(before: readonly string[], fresh: readonly Sentence[]): string[] {
  const counts = new Map<string, number>(before.map((topic, index) => [topic, 2 - index / 100]));
  for (const { text } of fresh)
    for (const word of new Set(words(text))) if (isTopic(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SUMMARY_LIMITS.items)
    .map(([word]) => word.slice(0, SUMMARY_LIMITS.item));
}

function isTopic(word: string): boolean {
  return /\p{Lo}{2}/u.test(word) || (word.length >= 5 && /\p{L}/u.test(word));
}

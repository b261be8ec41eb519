import { chart, metric, type PlannedStep, type SkillPlan, table } from './skill-plan.js';

/** Characters from which words count as a text: between quotation marks, and without. */
const SHORTEST_QUOTE = 8;
const SHORTEST = 20;
const NAMES_KEYWORD = /\bkeywords?(?:\s+is|:)?\s*$/i;
const QUOTES = /["“”„«»]([^"“”„«»]+)["“”„«»]|```(?:\w*\n)?([\s\S]+?)```/g;
const KEYWORD =
  /\bkeywords?(?:\s+is|:)?\s+["'“]?([\p{L}\p{N}][\p{L}\p{N} -]{0,59}?)["'”]?(?=[,.:;?!\n]|\s+(?:in|is|and|for)\b|$)/iu;

/** The text that a question brings along: what is quoted, else what follows a colon or an empty line; and a keyword. */
export function copyIn(question: string): { text: string; keyword?: string } | null {
  const quotes = [...question.matchAll(QUOTES)]
    .filter(({ index }) => !NAMES_KEYWORD.test(question.slice(Math.max(0, index - 20), index)))
    .map(([, quoted, fenced]) => (quoted ?? fenced ?? '').trim());
  const after = /(?::\s+|\n\s*\n)([\s\S]+)$/.exec(question)?.[1]?.trim() ?? '';
  const quoted = quotes.reduce((longest, one) => (one.length > longest.length ? one : longest), '');
  const text = quoted.length >= SHORTEST_QUOTE ? quoted : after;
  if (text.length < (text === quoted ? SHORTEST_QUOTE : SHORTEST)) return null;
  const keyword = KEYWORD.exec(question.replace(text, ' '))?.[1]?.trim();
  return { text: text.slice(0, 20_000), ...(keyword ? { keyword } : {}) };
}

const CHECK: PlannedStep = {
  tool: 'copy_check',
  with: copyIn,
  otherwise:
    'I can measure a text: put it between quotation marks or after a colon, and name a keyword if there is one.',
  views: [
    metric('measures', 'Words', { field: 'words' }),
    metric('measures', 'Flesch reading ease', { field: 'reading_ease' }, { needs: 'reading_ease' }),
    table('measures'),
    table('keyword'),
    chart(
      'used',
      'Most frequent words',
      'bar',
      { y: { field: 'word', sort: '-x' }, x: { field: 'times' } },
      { alone: table('used') },
    ),
  ],
};

const NO_MODEL =
  'No language model is connected, so I cannot write or judge texts. An administrator of the platform can set `OPENAI_API_KEY`, `ANTHROPIC_API_KEY` or `OPENAI_BASE_URL`.';

export const MARKETBOT_PLANS: readonly SkillPlan[] = [
  {
    name: 'copy_check',
    agents: ['content_generator', 'social_media_specialist', 'campaign_optimizer'],
    asks: [
      /\b(?:check|measure|analy[sz]e|rate|review)\b.{0,40}\b(?:text|copy|post|headline|email|e-mail|ad|draft|paragraph|description|readability)\b/i,
      /\b(?:readab(?:le|ility)|reading ease|word count|how many words|keyword (?:density|use))\b/i,
    ],
    lead: 'This is what can be measured of the text.',
    steps: [CHECK],
  },
  {
    name: 'content',
    agents: ['content_generator'],
    base: true,
    lead: 'What I can do for texts without a language model is measure them.',
    steps: [CHECK],
    lacks: [NO_MODEL],
  },
  {
    name: 'social_media',
    agents: ['social_media_specialist'],
    base: true,
    lead: 'What I can do for posts without a language model is measure their text.',
    steps: [CHECK],
    lacks: [
      NO_MODEL,
      'No account of a social network is connected, so I have no reach, followers or best times. Connect a crew for `social_media_specialist` in `CREW_AI_AGENTS` that can read them.',
    ],
  },
  {
    name: 'campaigns',
    agents: ['campaign_optimizer'],
    base: true,
    lead: 'I cannot judge campaigns with figures yet, and I do not make any up.',
    steps: [CHECK],
    lacks: [
      'No campaign data is connected: no budgets, clicks or conversions. Connect a crew for `campaign_optimizer` in `CREW_AI_AGENTS` that can read your advertising accounts.',
      NO_MODEL,
    ],
  },
  {
    name: 'leads',
    agents: ['lead_analyzer'],
    base: true,
    lead: 'I cannot rank leads yet, and I do not make any up.',
    steps: [],
    lacks: [
      'No leads are connected: no list, source or stage of any. Connect a crew for `lead_analyzer` in `CREW_AI_AGENTS` that can read your CRM.',
      NO_MODEL,
    ],
  },
];

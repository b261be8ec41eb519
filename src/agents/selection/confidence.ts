import type { Ranking } from './agent-index.js';

/**
 * A logistic model of how often the agent that ranks first was the one that the question was for, fitted to the
 * labelled questions of `tuning.json` and `second.json` in `test/agents/questions`.
 */
const MODEL = { base: -0.8, evidence: 2, rival: -1.1, known: 1 };

/** How surely the first agent of a ranking is the right one, from 0 to 1; 0 where nothing ranked. */
export function confidenceOf({ ranked: [best, rival], known }: Ranking): number {
  if (!best) return 0;
  const closeness = (rival?.score ?? 0) / best.score;
  const odds =
    MODEL.base + MODEL.evidence * Math.log(best.score) + MODEL.rival * closeness + MODEL.known * known;
  return Math.round(1000 / (1 + Math.exp(-odds))) / 1000;
}

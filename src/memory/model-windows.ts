/**
 * Tokens that a model takes, request and answer together, by the beginning of its name, as its maker states them
 * (platform.openai.com/docs/models, docs.anthropic.com/en/docs/about-claude/models and the models' own cards).
 */
const KNOWN: Readonly<Record<string, number>> = {
  'gpt-3.5': 16_385,
  'gpt-4': 8_192,
  'gpt-4-turbo': 128_000,
  'gpt-4o': 128_000,
  'gpt-4.1': 1_000_000,
  'gpt-5': 272_000,
  o1: 128_000,
  o3: 200_000,
  'o4-mini': 200_000,
  claude: 200_000,
  llama3: 8_192,
  'llama3.': 128_000,
  mistral: 32_768,
  mixtral: 32_768,
  qwen2: 32_768,
  qwen3: 32_768,
  gemma: 8_192,
  gemma3: 128_000,
};

/** Of a model that the table does not know. */
const UNKNOWN = 8_192;

/** In: a model's name, and a table that comes before the built-in one. Out: the entry whose beginning fits longest. */
export function windowOf(model: string, own: ReadonlyMap<string, number>): number {
  return longest(model, own) ?? longest(model, new Map(Object.entries(KNOWN))) ?? UNKNOWN;
}

function longest(model: string, table: ReadonlyMap<string, number>): number | undefined {
  const [best] = [...table]
    .filter(([name]) => model.startsWith(name))
    .sort(([a], [b]) => b.length - a.length);
  return best?.[1];
}

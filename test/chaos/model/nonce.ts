/** What a question says of its answer. Everybody who knows it can compute any part of the answer. */
export interface Nonce {
  readonly id: string;
  readonly tokens: number;
  /** Milliseconds before each token. */
  readonly paceMs: number;
}

const PATTERN = /chaos:([a-z0-9]+):(\d+):(\d+)/g;

/** The text of a question that carries its nonce. */
export function questionOf({ id, tokens, paceMs }: Nonce): string {
  return `Please answer chaos:${id}:${tokens}:${paceMs} now.`;
}

/** The last nonce in a text, which may hold earlier questions too; undefined where there is none. */
export function nonceIn(text: string): Nonce | undefined {
  const found = [...text.matchAll(PATTERN)].at(-1);
  return found ? { id: String(found[1]), tokens: Number(found[2]), paceMs: Number(found[3]) } : undefined;
}

/** Token `index` of the answer: its number, and a digest (FNV-1a) of nonce and number that no other answer has. */
export function tokenOf({ id }: Nonce, index: number): string {
  let hash = 0x811c9dc5;
  for (const character of `${id}/${index}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  return `${index === 0 ? '' : ' '}${index}-${(hash >>> 0).toString(36)}`;
}

export function tokensOf(nonce: Nonce): string[] {
  return Array.from({ length: nonce.tokens }, (_, index) => tokenOf(nonce, index));
}

/** The whole answer. */
export function answerOf(nonce: Nonce): string {
  return tokensOf(nonce).join('');
}

/** A call of a tool, in the words of neither protocol. */
export interface ServedCall {
  readonly id: string;
  readonly name: string;
  /** JSON, if all is well. */
  readonly arguments: string;
}

/** What the server answers. Arguments that are no text become JSON; an id is made up where there is none. */
export interface ScriptedReply {
  readonly text?: string | readonly string[];
  readonly calls?: readonly { readonly name: string; readonly arguments?: unknown; readonly id?: string }[];
  /** Ends as an answer does that has reached its limit of tokens. */
  readonly cut?: boolean;
}

export type Reply = string | readonly string[] | ScriptedReply;

const words = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];

export function isTokens(reply: Reply): reply is string | readonly string[] {
  return typeof reply === 'string' || Array.isArray(reply);
}

export function tokensOf({ text = [] }: ScriptedReply): readonly string[] {
  return typeof text === 'string' ? words(text) : text;
}

let made = 0;

export function toCalls(calls: ScriptedReply['calls'] = []): ServedCall[] {
  return calls.map(({ id, name, arguments: args = {} }) => ({
    id: id ?? `call_${++made}`,
    name,
    arguments: typeof args === 'string' ? args : JSON.stringify(args),
  }));
}

/** In: a text. Out: the same in pieces of a few characters. */
export function piecesOf(text: string): string[] {
  return text.match(/[^]{1,12}/g) ?? [];
}

import { newId } from '../common/ids.js';
import type { ModelToolCall } from './llm.contract.js';
import { BadAnswerError, type ToolCallPiece } from './providers/model-provider.contract.js';

/** Calls of one answer, and characters of the arguments of all of them. A model that wants more has lost its way. */
const MAX_CALLS = 32;
const MAX_ARGUMENTS = 200_000;

/** What every provider takes back: OpenAI at most 40 characters, Anthropic no others. */
const ID = /^[A-Za-z0-9_-]{1,40}$/;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** In place of a name that no provider would take back, and that no tool has. */
const NO_NAME = 'unreadable';

interface Begun {
  readonly given: string | undefined;
  readonly id: string;
  readonly name: string;
  text: string;
}

/** Puts the calls of one answer together from their pieces. */
export class ToolCalls {
  private readonly all: Begun[] = [];
  private readonly byIndex = new Map<number, Begun>();
  private length = 0;

  get begun(): boolean {
    return this.all.length > 0;
  }

  /** Throws BadAnswerError at a piece that belongs to no call, and where there is too much. */
  add(piece: ToolCallPiece): void {
    const call = this.callOf(piece);
    call.text += piece.text;
    this.length += piece.text.length;
    if (this.length > MAX_ARGUMENTS) throw new BadAnswerError('The arguments are too long');
  }

  /**
   * The calls in their order, once the answer is complete. A call without a word of arguments has none; where the answer
   * was `cut` at its limit of tokens nobody knows, and the arguments stay what they are: no JSON.
   */
  finished(cut: boolean): ModelToolCall[] {
    return this.all.map(({ id, name, text }) => ({
      id,
      name,
      arguments: text.trim() === '' && !cut ? '{}' : text,
    }));
  }

  /** Some servers number all calls of an answer alike, and some give no numbers: a new id and a name begin a new call. */
  private callOf({ index, id, name }: ToolCallPiece): Begun {
    const known = index === undefined ? this.all.at(-1) : this.byIndex.get(index);
    const another = id !== undefined && name !== undefined && id !== known?.given;
    if (known && !another) return known;
    if (name === undefined) throw new BadAnswerError('A call has no name');
    if (this.all.length === MAX_CALLS) throw new BadAnswerError('There are too many calls');
    const call = { given: id, id: this.freeId(id), name: NAME.test(name) ? name : NO_NAME, text: '' };
    this.all.push(call);
    if (index !== undefined) this.byIndex.set(index, call);
    return call;
  }

  private freeId(id: string | undefined): string {
    const usable = id !== undefined && ID.test(id) && this.all.every((call) => call.id !== id);
    return usable ? id : `call_${newId().replaceAll('-', '')}`;
  }
}

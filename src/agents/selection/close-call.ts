import type { AgentDefinition } from '../agent-definition.contract.js';

/** What the text so far may still become: blanks, then `{1}`. */
const UNDECIDED = /^\s*(?:\{\d?)?$/;
const MARK = /^\s*\{(\d)\}/;

/**
 * Lets the model that answers settle which of several agents a question is for, in the same request: it opens its
 * answer with the number of one in braces. That is a few characters, so the first token is hardly later, and no answer
 * in prose or Markdown begins so. An answer without the mark is passed on as it is.
 */
export class CloseCall {
  private held = '';
  private state: 'mark' | 'blanks' | 'text' = 'mark';
  private chosen: AgentDefinition | undefined;

  /** In: the agents, the one that was chosen so far first. */
  constructor(private readonly agents: readonly AgentDefinition[]) {}

  /** What the model is told. */
  get instructions(): string {
    const offers = this.agents.map(
      (agent, index) =>
        `{${index + 1}} ${agent.title}: ${agent.description} ${agent.capabilities.join('. ')}.`,
    );
    return [
      '## Whose question it is\n\nThe question may be for any of these agents:',
      ...offers,
      'Begin your answer with the number of the agent it is for, in braces as above, and go on as that agent. The number is taken off before anybody sees the answer; do not mention it.',
    ].join('\n');
  }

  /** The agent that the model named; undefined before, or where it named none. */
  get settled(): AgentDefinition | undefined {
    return this.chosen;
  }

  /** In: the next piece of the answer. Out: what of it is to be shown now, perhaps nothing. */
  take(piece: string): string {
    if (this.state === 'text') return piece;
    this.held += piece;
    if (this.state === 'mark') {
      if (UNDECIDED.test(this.held)) return '';
      const mark = MARK.exec(this.held);
      if (!mark) return this.release(this.held);
      this.chosen = this.agents[Number(mark[1]) - 1];
      this.held = this.held.slice(mark[0].length);
      this.state = 'blanks';
    }
    const text = this.held.trimStart();
    return text ? this.release(text) : '';
  }

  /** What was held back when the answer ended. */
  end(): string {
    return this.state === 'mark' ? this.release(this.held) : '';
  }

  private release(text: string): string {
    this.state = 'text';
    this.held = '';
    return text;
  }
}

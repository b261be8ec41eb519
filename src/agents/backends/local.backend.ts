import { setImmediate } from 'node:timers/promises';
import type { LocalSkill } from '../skills/skill.js';
import { AgentBackend, type AssignedTurn, type BackendEvent } from './agent-backend.js';
import { toolMetadata, type ToolNotes } from './tool-notes.js';

/** Answers without a language model: the skill that knows the question best does what it can compute or look up. */
export class LocalBackend extends AgentBackend {
  constructor(private readonly skills: readonly LocalSkill[]) {
    super();
  }

  async *run(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    const skill = this.skillFor(turn);
    const sources: string[] = [];
    let notes: ToolNotes = { ran: [], failed: [], missing: [] };
    let suggestedActions: readonly string[] | undefined;
    for await (const event of skill.run(turn, signal)) {
      if (event.type === 'next') {
        suggestedActions = event.questions;
      } else if (event.type === 'noted') {
        notes = withMore(notes, event.notes);
      } else if (event.type === 'text') {
        yield* chunked(event.text, signal);
      } else {
        if (event.type === 'part' && event.part.type === 'citation') sources.push(event.part.locator);
        yield event;
      }
    }
    signal.throwIfAborted();
    yield {
      type: 'end',
      result: {
        engine: 'local',
        model: null,
        usage: null,
        sources,
        suggestedActions,
        notes: { skill: skill.name, ...toolMetadata(notes) },
      },
    };
  }

  private skillFor(turn: AssignedTurn): LocalSkill {
    return this.skills
      .map((skill) => ({ skill, score: skill.matches(turn.question.content, turn) }))
      .reduce((best, one) => (one.score > best.score ? one : best)).skill;
  }
}

function withMore(notes: ToolNotes, { ran = [], failed = [], missing = [] }: Partial<ToolNotes>): ToolNotes {
  return {
    ran: [...notes.ran, ...ran],
    failed: [...notes.failed, ...failed],
    missing: [...notes.missing, ...missing],
  };
}

const CHUNK_LENGTH = 48;

/** Text in pieces that end between words, giving other work its turn after each. */
async function* chunked(text: string, signal: AbortSignal): AsyncGenerator<BackendEvent> {
  for (const piece of chunksOf(text)) {
    signal.throwIfAborted();
    yield { type: 'delta', text: piece };
    await setImmediate();
  }
}

/** Cuts a text after blanks into pieces of about 48 characters. Put together they are the text. */
export function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  let current = '';
  for (const word of text.match(/\S*\s+|\S+$/g) ?? []) {
    current += word;
    if (current.length < CHUNK_LENGTH) continue;
    chunks.push(current);
    current = '';
  }
  if (current) chunks.push(current);
  return chunks;
}

import { Injectable } from '@nestjs/common';
import { AgentRegistry } from '../agent-registry.service.js';
import type { AssignedTurn } from '../backends/agent-backend.js';
import { localAbilities, modelHint } from '../local-words.js';
import { LocalSkill, type SkillEvent } from './skill.js';

const ASKS = [
  /^\W*(?:help|help me|i need help|menu|commands|options|start|info|about)\W*$/i,
  /\bwhat (?:can|could|do|would) you (?:\w+ )?(?:do|help|offer|know|answer)\b/i,
  /\bhow (?:can|could|do) you help\b/i,
  /\b(?:who|what) are you\b/i,
  /\bwhat (?:is|are) your (?:capabilit|abilit|skill|function|feature|purpose|job)/i,
  /\byour capabilities\b/i,
  /\b(?:what|which)(?: \w+){0,3} agents\b/i,
  /\b(?:list|show)(?: me)?(?: \w+){0,2} agents\b/i,
  /\bwhat (?:can|should) i ask\b/i,
  /\bare you (?:an? )?(?:ai|bot|chatbot|human|person|real|robot|language model|chatgpt|gpt|claude|llm)\b/i,
  /\b(?:which|what) (?:ai|model|llm|language model) (?:are you|do you|is this)\b/i,
];
const MAX_LENGTH = 160;

/** Says what the assistant and its agents are for, and what of that works without a language model. */
@Injectable()
export class HelpSkill extends LocalSkill {
  readonly name = 'help';

  constructor(private readonly registry: AgentRegistry) {
    super();
  }

  matches(question: string): number {
    return question.length <= MAX_LENGTH && ASKS.some((pattern) => pattern.test(question)) ? 0.9 : 0;
  }

  async *run({ assistant, principal }: AssignedTurn): AsyncGenerator<SkillEvent> {
    const agents = assistant.availableAgents.map((name) => this.registry.get(name));
    yield {
      type: 'text',
      text: `I'm **${assistant.name}** ${assistant.avatar}. ${assistant.description}\n\n`,
    };
    yield { type: 'text', text: `**What I am for**\n\n${bullets(assistant.capabilities)}\n\n` };
    yield {
      type: 'text',
      text: `**Agents you can ask for**\n\n${bullets(agents.map((agent) => `**${agent.title}** (\`${agent.name}\`): ${agent.description}`))}\n\n`,
    };
    yield {
      type: 'text',
      text: `**What works right now**\n\n${modelHint(principal.role)} Until then I can:\n\n${bullets(localAbilities(principal.role))}`,
    };
    yield { type: 'noted', notes: { missing: [modelHint(principal.role)] } };
    yield { type: 'next', questions: assistant.suggestedQuestions.slice(1) };
  }
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

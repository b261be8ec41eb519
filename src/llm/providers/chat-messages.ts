import { AIMessage, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { ModelMessage, ModelRequest } from '../llm.contract.js';

const OF_ROLE = { user: HumanMessage, assistant: AIMessage } as const;

/**
 * In: a request of the port. Out: LangChain's messages, the system prompt first, every text as it is: no template
 * engine and no deserialiser ever sees it, so braces and `lc` keys are just characters.
 * Neighbours of one role become one message, since chat templates of many open models demand alternating roles.
 */
export function toChatMessages(request: ModelRequest): BaseMessage[] {
  const merged: ModelMessage[] = [];
  for (const message of request.messages) {
    const last = merged.at(-1);
    if (last?.role === message.role) {
      merged[merged.length - 1] = { role: last.role, content: `${last.content}\n\n${message.content}` };
    } else {
      merged.push(message);
    }
  }
  return [
    new SystemMessage(request.system),
    ...merged.map(({ role, content }) => new OF_ROLE[role](content)),
  ];
}

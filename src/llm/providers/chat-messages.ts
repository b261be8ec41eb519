import {
  AIMessage,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';
import type { ModelMessage, ModelRequest, ModelToolCall } from '../llm.contract.js';

/**
 * In: a request of the port. Out: LangChain's messages, the system prompt first, every text as it is: no template
 * engine and no deserialiser ever sees it, so braces and `lc` keys are just characters.
 * Neighbours of one role become one message, since chat templates of many open models demand alternating roles.
 */
export function toChatMessages(request: ModelRequest): BaseMessage[] {
  const merged: ModelMessage[] = [];
  for (const message of request.messages) {
    const last = merged.at(-1);
    if (last && isPlain(last) && isPlain(message) && last.role === message.role) {
      merged[merged.length - 1] = { role: last.role, content: `${last.content}\n\n${message.content}` };
    } else {
      merged.push(message);
    }
  }
  return [new SystemMessage(request.system), ...merged.map(toChatMessage)];
}

type Plain = Extract<ModelMessage, { readonly role: 'user' | 'assistant' }>;

function isPlain(message: ModelMessage): message is Plain {
  return message.role === 'user' || (message.role === 'assistant' && !message.calls?.length);
}

function toChatMessage(message: ModelMessage): BaseMessage {
  switch (message.role) {
    case 'user':
      return new HumanMessage(message.content);
    case 'tool':
      return new ToolMessage({ content: message.content, tool_call_id: message.callId });
    case 'assistant':
      return message.calls?.length
        ? new AIMessage({ content: message.content.trimEnd(), tool_calls: message.calls.map(toToolCall) })
        : new AIMessage(message.content);
  }
}

/** Arguments that are no object are given back as none: providers and chat templates parse them, and fail. */
function toToolCall({ id, name, arguments: text }: ModelToolCall) {
  return { type: 'tool_call' as const, id, name, args: objectIn(text) };
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

import { z } from 'zod';
import { type Principal, Role } from '../auth/principal.js';

/** What of a conversation an assistant takes into account at most. */
export const ContextLimits = z.object({
  max_messages: z.int().positive(),
  max_tokens: z.int().positive(),
});
export type ContextLimits = z.infer<typeof ContextLimits>;

/** What makes one of the four assistants; the agents come from the catalog. */
export interface AssistantDefinition {
  readonly name: string;
  readonly avatar: string;
  readonly description: string;
  readonly capabilities: readonly string[];
  readonly greetingMessage: string;
  readonly defaultAgent: string;
  readonly contextLimits: ContextLimits;
  readonly suggestedQuestions: readonly string[];
}

/** The assistant that serves a role, with the agents that the role may use, the default agent first. */
export interface Assistant extends AssistantDefinition {
  readonly role: Role;
  readonly availableAgents: readonly string[];
}

export const AssistantView = z
  .object({
    name: z.string(),
    description: z.string(),
    role: Role,
    avatar: z.string(),
    capabilities: z.array(z.string()),
    available_agents: z
      .array(z.string())
      .describe('The names that `agent_name` takes; the default agent first.'),
    default_agent: z.string(),
    greeting_message: z.string(),
    context_limits: ContextLimits,
    suggested_questions: z.array(z.string()).describe('Questions to begin with.'),
    max_message_length: z.int().positive().describe('Characters of one message.'),
  })
  .meta({ id: 'Assistant' });
export type AssistantView = z.infer<typeof AssistantView>;

export const AssistantsResponse = z
  .object({
    role: Role,
    assistant: AssistantView,
    session_info: z.object({
      user_id: z.string(),
      tenant_id: z.string(),
      email: z.string().nullable(),
    }),
  })
  .meta({ id: 'AssistantsResponse' });
export type AssistantsResponse = z.infer<typeof AssistantsResponse>;

export const ASSISTANTS_EXAMPLE: AssistantsResponse = {
  role: 'readonly',
  assistant: {
    name: 'InfoBot',
    description: 'General support and information.',
    role: 'readonly',
    avatar: 'ℹ️',
    capabilities: ['Answers general questions'],
    available_agents: ['support_assistant', 'information_retriever'],
    default_agent: 'support_assistant',
    greeting_message: "Hello! I'm InfoBot.",
    context_limits: { max_messages: 10, max_tokens: 2000 },
    suggested_questions: ['What can you do?'],
    max_message_length: 4096,
  },
  session_info: { user_id: 'u-1', tenant_id: 't-1', email: 'ada@example.com' },
};

/** In: an assistant, who asks, and how many characters a message may have. Out: the answer of `GET /chat/assistants`. */
export function toAssistantsView(
  assistant: Assistant,
  principal: Principal,
  maxMessageLength: number,
): AssistantsResponse {
  return {
    role: principal.role,
    assistant: {
      name: assistant.name,
      description: assistant.description,
      role: assistant.role,
      avatar: assistant.avatar,
      capabilities: [...assistant.capabilities],
      available_agents: [...assistant.availableAgents],
      default_agent: assistant.defaultAgent,
      greeting_message: assistant.greetingMessage,
      context_limits: { ...assistant.contextLimits },
      suggested_questions: [...assistant.suggestedQuestions],
      max_message_length: maxMessageLength,
    },
    session_info: { user_id: principal.userId, tenant_id: principal.tenantId, email: principal.email },
  };
}

import type { CrewTask } from '../crew.contract.js';
import { inputsMissing } from '../crew.errors.js';

const MAX_HISTORY = 10;

/** What a chat can give a crew, and the names under which crews ask for it. Deployed crews take text only. */
const KNOWN: readonly { readonly names: readonly string[]; readonly value: (task: CrewTask) => string }[] = [
  {
    names: [
      'query',
      'question',
      'message',
      'user_message',
      'user_query',
      'user_input',
      'input',
      'prompt',
      'request',
    ],
    value: ({ question }) => question,
  },
  {
    names: ['conversation', 'conversation_history', 'message_history', 'chat_history', 'history', 'messages'],
    value: ({ past }) =>
      past
        .slice(-MAX_HISTORY)
        .map(({ role, content }) => `${role}: ${content}`)
        .join('\n'),
  },
  {
    names: ['context', 'page_context', 'dashboard_context'],
    value: ({ context }) => JSON.stringify(context),
  },
  {
    names: ['current_page', 'page'],
    value: ({ context: { current_page: page } }) => (typeof page === 'string' ? page : ''),
  },
  { names: ['tenant_id', 'tenant'], value: ({ principal }) => principal.tenantId },
  { names: ['user_role', 'role'], value: ({ principal }) => principal.role },
  { names: ['agent_name', 'agent'], value: ({ agent }) => agent.name },
  {
    names: ['current_date', 'date', 'today'],
    value: () => new Date().toISOString().slice(0, 10),
  },
];

/** Sent where a crew does not say what it wants. */
const USUAL = ['query', 'conversation', 'context', 'current_page', 'tenant_id', 'user_role'];

const BY_NAME = new Map(KNOWN.flatMap(({ names, value }) => names.map((name) => [name, value] as const)));

/**
 * The inputs of a crew for one task. In: the names that it wants, if it says so. A crew that wants one thing more
 * than a chat knows by name is given the question for it.
 * Throws CREW_INPUTS_MISSING for several such.
 */
export function inputsFor(task: CrewTask, wanted: readonly string[] | undefined): Record<string, string> {
  const names = wanted ?? USUAL;
  const strange = names.filter((name) => !BY_NAME.has(name));
  if (strange.length > 1) throw inputsMissing(strange);
  return Object.fromEntries(names.map((name) => [name, (BY_NAME.get(name) ?? questionOf)(task)]));
}

function questionOf({ question }: CrewTask): string {
  return question;
}

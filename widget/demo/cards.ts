import type { AssistantsAnswer } from '../src/client/wire.js';
import { ask, byId, hint, make } from './page.js';

interface SessionRow {
  readonly title: string | null;
  readonly last_activity: string;
  readonly message_count: number;
}

const HEALTH = ['status', 'database', 'redis', 'auth_service', 'crew_ai', 'llm'] as const;
type Health = Record<string, string | { status: string } | undefined>;
const MOST_EVENTS = 40;

const words = (name: string) => name.replaceAll('_', ' ');

/** Who the token belongs to, as the service says. */
export async function showAssistant(token: string): Promise<AssistantsAnswer> {
  const answer = await ask<AssistantsAnswer>('assistants', token);
  const { assistant } = answer;
  const avatar = make('span', '', assistant.avatar);
  byId('assistant').replaceChildren(
    make('p', 'assistant-name', avatar, assistant.name),
    hint(`${assistant.description} Role: ${words(answer.role)}.`),
    make('ul', '', ...assistant.capabilities.map((one) => make('li', '', words(one)))),
  );
  return answer;
}

export async function showSessions(token: string): Promise<void> {
  const { sessions } = await ask<{ sessions: SessionRow[] }>('sessions', token);
  const rows = sessions
    .slice(0, 6)
    .map((one) =>
      make(
        'li',
        '',
        make('b', '', one.title ?? 'Conversation'),
        make(
          'span',
          '',
          `${one.message_count} ${one.message_count === 1 ? 'message' : 'messages'}, ${new Date(one.last_activity).toLocaleTimeString()}`,
        ),
      ),
    );
  byId('sessions').replaceChildren(...(rows.length > 0 ? rows : [hint('None yet. Ask something.', 'li')]));
}

export async function showHealth(): Promise<void> {
  const health = await ask<Health>('../health').catch((error: Error): Health => ({ status: error.message }));
  const rows = HEALTH.flatMap((key) => {
    const value = health[key];
    const text = typeof value === 'object' ? value.status : value;
    return text ? [make('dt', '', words(key)), make('dd', '', words(text))] : [];
  });
  byId('health').replaceChildren(...rows);
}

/** Names only: what was said stays in the chat. */
export function showEvent(name: string, detail: string): void {
  const list = byId('events');
  list.prepend(
    make(
      'li',
      '',
      make('b', '', detail ? `${name}: ${detail}` : name),
      make('span', '', new Date().toLocaleTimeString()),
    ),
  );
  while (list.children.length > MOST_EVENTS) list.lastElementChild?.remove();
}

export function clearEvents(): void {
  byId('events').replaceChildren();
}

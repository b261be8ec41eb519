import type { Message } from './message.contract.js';
import type { SessionView } from './conversations.contract.js';

const SPEAKER: Readonly<Record<Message['type'], string>> = {
  user: 'You',
  assistant: 'Assistant',
  agent: 'Agent',
  system: 'System',
  error: 'Error',
};

/** In: a session with its messages. Out: the conversation as a Markdown document. */
export function toMarkdown(session: SessionView): string {
  const title = session.title ?? 'Conversation';
  const head = `# ${title.replace(/\s+/g, ' ')}\n\n${session.created_at} to ${session.last_activity}\n`;
  return [head, ...session.messages.map(toSection)].join('\n');
}

function toSection(message: Message): string {
  const name = message.metadata['assistant_name'];
  const speaker = message.type === 'assistant' && typeof name === 'string' ? name : SPEAKER[message.type];
  return `## ${speaker}, ${message.timestamp}\n\n${message.content}\n`;
}

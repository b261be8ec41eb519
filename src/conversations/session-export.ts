import type { SessionView } from './conversations.contract.js';
import type { Message } from './message.contract.js';

/** A session that is being written out: what is known of it, then its messages one by one. */
export interface SessionExport {
  readonly session: Omit<SessionView, 'messages'>;
  readonly messages: AsyncIterable<Message>;
}

const SPEAKER: Readonly<Record<Message['type'], string>> = {
  user: 'You',
  assistant: 'Assistant',
  agent: 'Agent',
  system: 'System',
  error: 'Error',
};

/** Out: the pieces of one JSON document, a `SessionView`, as the messages come. */
export async function* toJson({ session, messages }: SessionExport): AsyncGenerator<string> {
  yield `${JSON.stringify(session, null, 2).slice(0, -2)},\n  "messages": [`;
  let separator = '\n';
  for await (const message of messages) {
    yield separator + indented(JSON.stringify(message, null, 2));
    separator = ',\n';
  }
  yield '\n  ]\n}\n';
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

/** Out: the pieces of the conversation as a Markdown document, as the messages come. */
export async function* toMarkdown({ session, messages }: SessionExport): AsyncGenerator<string> {
  const title = (session.title ?? 'Conversation').replace(/\s+/g, ' ');
  yield `# ${title}\n\n${session.created_at} to ${session.last_activity}\n`;
  for await (const message of messages) yield `\n${toSection(message)}`;
}

function toSection(message: Message): string {
  const name = message.metadata['assistant_name'];
  const speaker = message.type === 'assistant' && typeof name === 'string' ? name : SPEAKER[message.type];
  const { index, count } = message.branches ?? { index: 1, count: 1 };
  const version = count > 1 ? ` (version ${index} of ${count})` : '';
  return `## ${speaker}, ${message.timestamp}${version}\n\n${message.content}\n`;
}

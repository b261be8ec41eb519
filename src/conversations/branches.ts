import type { Message, MessageType } from './message.contract.js';

/** A message beside those that are shown. */
export interface Branch {
  readonly id: string;
  readonly parentId: string | null;
  readonly type: MessageType;
  readonly position: number;
}

/**
 * In: messages that are shown, and those beside them that follow the same message. Out: the shown ones; where there
 * are several versions of a question, or several answers to one, each tells which of them it is.
 */
export function withBranches(shown: readonly Message[], beside: readonly Branch[]): Message[] {
  return shown.map((message) => {
    const versions = beside
      .filter((other) => other.parentId === message.parent_id && isQuestion(other) === isQuestion(message))
      .concat({ ...message, parentId: message.parent_id })
      .sort((a, b) => a.position - b.position)
      .map(({ id }) => id);
    if (versions.length === 1) return message;
    return {
      ...message,
      branches: { index: versions.indexOf(message.id) + 1, count: versions.length, ids: versions },
    };
  });
}

function isQuestion({ type }: { readonly type: MessageType }): boolean {
  return type === 'user';
}

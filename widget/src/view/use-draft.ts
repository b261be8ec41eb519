import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatClient } from '../client/chat-client.js';
import type { SessionInfo } from '../client/wire.js';
import { lateMarkdown } from '../markdown/lazy-markdown.js';
import { lateMessages } from './messages/late-messages.js';

/** What is being written, and how it becomes a question. Nothing of it is left for another user. */
export function useDraft(client: ChatClient, identity: SessionInfo | null) {
  const [draft, setDraft] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const who = identity && `${identity.tenant_id}/${identity.user_id}`;
  const before = useRef<string | null>(who);
  useEffect(() => {
    if (before.current && who && before.current !== who) setDraft('');
    before.current = who ?? before.current;
  }, [who]);
  const ask = (text: string) => {
    void lateMarkdown.load();
    void lateMessages.load();
    client.send(text);
    setDraft('');
    field.current?.focus({ preventScroll: true });
  };
  const resend = (text: string, parentId: string | null) => {
    client.send(text, parentId);
    field.current?.focus({ preventScroll: true });
  };
  const edit = (clientMessageId: string, text: string) => {
    client.unsend(clientMessageId);
    setDraft(text);
    field.current?.focus();
  };
  return { draft, setDraft, field, ask, resend, edit };
}

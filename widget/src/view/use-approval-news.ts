import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatState } from '../state/chat-state.js';
import { type ApprovalPart, isNews, newestApproval } from '../state/approvals.js';
import { t } from '../strings/strings.js';
import { inWords } from './parts/tool-words.js';

/** A sentence for screen readers when something is asked, and when it is decided, here or elsewhere. */
export function useApprovalNews(state: ChatState): string {
  const [text, setText] = useState('');
  const before = useRef<ApprovalPart | undefined>(undefined);
  const newest = newestApproval(state.runs);
  useEffect(() => {
    if (!newest) return;
    if (isNews(before.current, newest)) setText(t.approvalNews[newest.state](inWords(newest.tool)));
    before.current = newest;
  }, [newest?.approval_id, newest?.state]);
  return text;
}

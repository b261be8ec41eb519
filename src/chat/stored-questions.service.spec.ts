import { ChatConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';
import type { ConversationsService } from '../conversations/conversations.service.js';
import type { ClaimedRun } from '../runs/runs.contract.js';
import { StoredQuestions } from './stored-questions.service.js';

const EARLIER = [{ role: 'user', content: 'before', place: 1, at: 1 }] as const;

function setUp(atHand: unknown) {
  const asked: unknown[] = [];
  const conversations = {
    findMessage: () => Promise.resolve({ content: 'stored' }),
    summaryBefore: () => Promise.resolve({ summary: 'kept' }),
    messagesBefore: (...request: unknown[]) => {
      asked.push(request);
      return Promise.resolve([...EARLIER]);
    },
  } as unknown as ConversationsService;
  const principal = { tenantId: 't', userId: 'u', role: 'user', email: null };
  const request = { agent_name: null, context: {} };
  const run = { principal, sessionId: 's', questionId: 'q', request, atHand } as unknown as ClaimedRun;
  const config = new ChatConfig(parseEnv({ MAX_CONVERSATION_HISTORY: '7' }));
  return { questions: new StoredQuestions(conversations, config), run, asked, principal };
}

describe('StoredQuestions', () => {
  it('reads what was said before where another node accepted the question', async () => {
    const { questions, run, asked, principal } = setUp(undefined);
    await expect(questions.find(run)).resolves.toMatchObject({
      content: 'stored',
      past: EARLIER,
      summary: { summary: 'kept' },
    });
    expect(asked).toEqual([[principal, 's', 'q', 7]]);
  });

  it('reads nothing that is at hand', async () => {
    const { questions, run, asked } = setUp({ content: 'at hand', past: [] });
    await expect(questions.find(run)).resolves.toMatchObject({ content: 'at hand', past: [] });
    expect(asked).toEqual([]);
  });
});

import type { ChatConfig } from '../config/config.js';
import type { Scope } from '../database/scope.js';
import type { ConversationsRepository } from './conversations.repository.js';
import { ConversationsService } from './conversations.service.js';
import type { StoredMessage } from './message.entity.js';
import { toJson, toMarkdown } from './session-export.js';

const ANN = { tenantId: 'acme', userId: 'ann', role: 'user', email: null } as const;
const AT = new Date('2026-11-01T10:00:00Z');

const stored = (position: number): StoredMessage =>
  ({
    ...{ id: `m${position}`, tenantId: 'acme', userId: 'ann', sessionId: 's', position, createdAt: AT },
    ...{
      type: position % 2 === 1 ? 'user' : 'assistant',
      content: `text "${position}"\nmore\u2028lines`,
      parts: [],
    },
    ...{ metadata: {}, suggestedActions: [], parentId: null, inReplyTo: null, agentName: null },
  }) as unknown as StoredMessage;

/** A session of `count` messages, of which every third position is on another branch. */
function conversation(count: number) {
  const reads: number[] = [];
  const all = Array.from({ length: count }, (_, index) => stored(index + 1)).filter(
    ({ position }) => position % 3 !== 0,
  );
  const session = { id: 's', ...ANN, title: 'A\n"title"', context: {}, createdAt: AT, lastActivity: AT };
  const repository = {
    findSession: (_: unknown, id: string) => Promise.resolve(id === 's' ? session : null),
    findBranchesAt: () => Promise.resolve([]),
    findPageAfter: (_: unknown, _id: string, after: number, limit: number) => {
      const page = all.filter(({ position }) => position > after).slice(0, limit);
      reads.push(page.length);
      return Promise.resolve(page);
    },
  } as unknown as ConversationsRepository;
  const scope = { run: (_: unknown, work: () => Promise<unknown>) => work() } as unknown as Scope;
  const service = new ConversationsService(repository, scope, { idleAfter: 1000 } as ChatConfig);
  return { service, reads, all };
}

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

describe('the export of a session', () => {
  it.each([0, 1, 74, 75, 76, 400])('is one JSON document with every message once (%i)', async (count) => {
    const { service, reads, all } = conversation(count);
    const document = JSON.parse(await whole(toJson(await service.export(ANN, 's'))));
    expect(document).toMatchObject({ id: 's', title: 'A\n"title"', user_id: 'ann', tenant_id: 'acme' });
    expect(document.messages.map(({ id }: { id: string }) => id)).toEqual(all.map(({ id }) => id));
    expect(document.messages[0]?.content).toBe(all[0]?.content);
    expect(Math.max(...reads)).toBeLessThanOrEqual(50);
  });

  it('is a Markdown document with a section a message', async () => {
    const { service, all } = conversation(200);
    const text = await whole(toMarkdown(await service.export(ANN, 's')));
    expect(text.startsWith('# A "title"\n\n2026-11-01T10:00:00.000Z to ')).toBe(true);
    expect(text.match(/^## (You|Assistant), 2026/gm)).toHaveLength(all.length);
  });

  it('reads no further than somebody takes', async () => {
    const { service, reads } = conversation(10_000);
    let taken = 0;
    for await (const _ of toJson(await service.export(ANN, 's'))) if ((taken += 1) > 60) break;
    expect(reads).toEqual([50, 50]);
  });

  it('is none for a session that is not there', async () => {
    await expect(conversation(1).service.export(ANN, 'other')).rejects.toMatchObject({
      code: 'CHAT_SESSION_NOT_FOUND',
    });
  });
});

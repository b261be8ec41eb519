import { type ApprovalPart, isNews, newestApproval } from './approvals.js';
import { newRun } from './run.js';

const part = (approval_id: string, state: ApprovalPart['state']): ApprovalPart => ({
  type: 'approval',
  approval_id,
  tool: 'change_title',
  arguments: {},
  expires_at: '2026-11-23T10:00:00.000Z',
  state,
});

describe('approvals of answers', () => {
  it('are found in whatever answer shows one, the newest first', () => {
    expect(newestApproval([newRun('r1')])).toBeUndefined();
    const runs = [
      newRun('r1', { parts: [part('a', 'approved'), part('b', 'pending')] }),
      newRun('r2', { parts: [{ type: 'text', text: 'x' }] }),
    ];
    expect(newestApproval(runs)?.approval_id).toBe('b');
  });

  it.each([
    ['asked', undefined, part('a', 'pending'), true],
    ['asked still', part('a', 'pending'), part('a', 'pending'), false],
    ['decided', part('a', 'pending'), part('a', 'approved'), true],
    ['expired', part('a', 'pending'), part('a', 'expired'), true],
    ['decided still', part('a', 'approved'), part('a', 'approved'), false],
    ['decided before the page came', undefined, part('a', 'approved'), false],
    ['asked again', part('a', 'approved'), part('b', 'pending'), true],
    ['decided unseen', part('a', 'approved'), part('b', 'refused'), false],
  ] as const)('are told where they are %s', (_what, before, now, told) => {
    expect(isNews(before, now)).toBe(told);
  });
});

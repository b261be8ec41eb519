import { readStatus } from './amp-status.js';

describe('the status of a deployed crew', () => {
  it.each([
    [{ status: 'running' }, 'running'],
    [{ state: 'PENDING' }, 'running'],
    [{ state: 'started' }, 'running'],
    [{ state: 'RUNNING', result: 'not yet' }, 'running'],
    [{ status: 'completed', result: { output: 'x', tasks: [] } }, 'done'],
    [{ state: 'Success', result: 'x' }, 'done'],
    [{ status: 'error', error: 'x' }, 'failed'],
    [{ state: 'FAILED' }, 'failed'],
    [{ state: 'FAILURE' }, 'failed'],
    [{ state: 'NOT FOUND' }, 'missing'],
    [{ state: 'not_found' }, 'missing'],
    [{ state: 'Pending Human Input' }, 'waiting'],
    [{ status: 'awaiting_human_feedback' }, 'waiting'],
    [{ status: null, state: 'SUCCESS' }, 'done'],
  ])('%j is %s', (answer, phase) => expect(readStatus(answer)).toMatchObject({ phase }));

  it.each([
    undefined,
    null,
    'completed',
    [],
    {},
    { status: 7 },
    { status: 'constructor' },
    { state: '__proto__' },
  ])('is none where it is %j', (answer) => expect(readStatus(answer)).toBeUndefined());

  it.each([
    [{ status: 'completed', result: { output: 'A', tasks: [{ output: 'B' }] } }, 'A'],
    [{ state: 'SUCCESS', result: 'A' }, 'A'],
    [{ state: 'SUCCESS', result: '', last_executed_task: { output: 'A' } }, 'A'],
    [{ state: 'SUCCESS', result: null, last_executed_task: { output: 'A' } }, 'A'],
    [
      { status: 'completed', result: { output: 'A', tables: [] } },
      { output: 'A', tables: [] },
    ],
    [{ status: 'completed' }, undefined],
  ])('%j has the output %j', (answer, output) =>
    expect(readStatus(answer)).toEqual({ phase: 'done', output }),
  );

  it.each([
    [
      { status: 'running', current_task: 'research', progress: { completed_tasks: 1, total_tasks: 3 } },
      'research, 1 of 3 tasks done',
    ],
    [{ state: 'RUNNING', last_step: 'Searching\nthe web' }, 'Searching the web'],
    [{ state: 'RUNNING', last_executed_task: { name: 'draft' } }, 'draft'],
    [{ state: 'RUNNING', last_step: { thought: 'x' }, progress: { completed_tasks: 'x' } }, undefined],
  ])('%j shows %j', (answer, progress) => expect(readStatus(answer)).toEqual({ phase: 'running', progress }));

  it('names the task that waits, where the name is one', () => {
    expect(readStatus({ status: 'awaiting_human_feedback', task_id: 'a', current_task: 'b' })).toMatchObject({
      taskId: 'a',
    });
    expect(
      readStatus({ state: 'Pending Human Input', task_id: 'x\n{}', last_executed_task: { name: 'draft' } }),
    ).toMatchObject({ taskId: 'draft' });
    expect(readStatus({ state: 'Pending Human Input' })).toMatchObject({ taskId: undefined, text: '' });
  });
});

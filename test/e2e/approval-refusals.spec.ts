import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { type OpenApp, startOpenApp } from '../support/app.js';
import { addAskingBackend, ARGUMENTS, Effects } from '../support/asking-backend.js';
import { asked, auditOf, decide, ended } from '../support/approvals.js';
import { AUTH_ENV, Client } from '../support/client.js';

describe('what nobody may decide, and how plain clients decide', () => {
  let app: OpenApp;
  let db: DataSource;
  beforeAll(async () => {
    app = await startOpenApp({ ...AUTH_ENV, MAX_OPEN_RUNS_PER_USER: '1' });
    addAskingBackend(app.app, new Effects());
    db = await new DataSource(dataSourceOptions(app.databaseUrl, 2)).initialize();
  });
  afterAll(async () => {
    await db.destroy();
    await app.close();
  });

  it('counts as an answer under way', async () => {
    const ann = new Client(app.url);
    const { runId, approvalId } = await asked(ann);
    expect((await ann.send('Plain hello', { session_id: 'other' })).status).toBe(429);
    await decide(ann, runId, approvalId, false);
    await ended(ann, runId);
    expect((await ann.send('Plain hello', { session_id: 'other' })).status).toBe(200);
  });

  it('leaves no room for a retry, which then changes nothing', async () => {
    const ann = new Client(app.url);
    const stopped = await asked(ann);
    await ann.call('POST', `/chat/runs/${stopped.runId}/stop`);
    expect(await ended(ann, stopped.runId)).toMatchObject({ event: 'run.cancelled' });
    const waiting = await asked(ann, 'Change it', { session_id: 'other' });
    const before = (await ann.get('/chat/history/s')).body;
    const refused = await ann.call('POST', `/chat/runs/${stopped.runId}/retry`);
    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect((await ann.get('/chat/history/s')).body).toEqual(before);
    await decide(ann, waiting.runId, waiting.approvalId, false);
    await ended(ann, waiting.runId);
    const retried = await ann.call('POST', `/chat/runs/${stopped.runId}/retry`);
    expect(retried.status).toBe(200);
    expect((await ann.call('POST', `/chat/runs/${stopped.runId}/retry`)).body).toEqual(retried.body);
  });

  it('looks to everybody else as if it did not exist, and readonly decides nothing', async () => {
    const ann = new Client(app.url);
    const { runId, approvalId } = await asked(ann);
    const unknown = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';
    const others = [new Client(app.url, { tenant: ann.tenant }), new Client(app.url, { user: ann.user })];
    for (const other of others) {
      const theirs = await decide(other, runId, approvalId, true);
      const none = await decide(other, unknown, approvalId, true);
      expect(theirs.status).toBe(404);
      expect({ ...theirs.body, request_id: '' }).toEqual({ ...none.body, request_id: '' });
    }
    expect(await decide(ann, runId, 'never asked', true)).toMatchObject({
      status: 404,
      body: { code: 'CHAT_APPROVAL_NOT_FOUND' },
    });
    const readonly = new Client(app.url, { tenant: ann.tenant, user: ann.user, role: 'readonly' });
    expect((await decide(readonly, runId, approvalId, true)).status).toBe(403);
    expect(await auditOf(db, ann)).toEqual([]);
    expect((await decide(ann, runId, approvalId, false)).status).toBe(200);
  });

  it.each([
    ['no approval_id', { approved: true }],
    ['no decision', { approval_id: 'x' }],
    ['an empty id', { approval_id: '', approved: true }],
    ['an id with NUL', { approval_id: 'x\u0000', approved: true }],
    ['an operator as id', { approval_id: { $ne: '' }, approved: true }],
    ['a decision in words', { approval_id: 'x', approved: 'yes' }],
    ['arguments of its own', { approval_id: 'x', approved: true, arguments: {} }],
    ['a comment that is too long', { approval_id: 'x', approved: true, comment: 'x'.repeat(1001) }],
  ])('refuses %s', async (_what, body) => {
    const ann = new Client(app.url);
    const path = '/chat/runs/019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11/approval';
    expect((await ann.call('POST', path, body)).status).toBe(400);
  });

  it('is shown and decided over the raw WebSocket, in its own session only', async () => {
    const ann = new Client(app.url);
    const raw = await ann.raw('s');
    raw.send({ type: 'message', content: 'Change it' });
    const { metadata } = await raw.frame(({ metadata: { event } }) => event === 'run.awaiting_approval');
    const { run_id, approval } = metadata;
    expect(approval).toMatchObject({ tool: 'change_title', arguments: ARGUMENTS, state: 'pending' });
    const elsewhere = await ann.raw('other');
    const approve = { type: 'approve', run_id, approval_id: approval.approval_id, approved: true };
    elsewhere.send(approve);
    expect((await elsewhere.frame(({ type }) => type === 'error')).metadata.code).toBe('CHAT_RUN_NOT_FOUND');
    raw.send(approve);
    const answer = await raw.frame(({ type }) => type === 'message');
    expect(answer.content).toBe('I would change the title.\n\nIt is done.');
    raw.send({ ...approve, approved: false });
    expect((await raw.frame(({ type }) => type === 'error')).metadata.code).toBe('CHAT_APPROVAL_DECIDED');
    raw.close();
    elsewhere.close();
  });
});

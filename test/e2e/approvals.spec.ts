import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { RunWorker } from '../../src/runs/run-worker.js';
import { type OpenApp, startOpenApp } from '../support/app.js';
import { addAskingBackend, ARGUMENTS, Effects } from '../support/asking-backend.js';
import { asked, auditOf, decide, ended, eventsOf } from '../support/approvals.js';
import { AUTH_ENV, Client, eventually, type SocketClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { sharedRedisUrl } from '../support/redis.js';

describe('an answer that waits for a person', () => {
  const effects = new Effects();
  let database: TestDatabase;
  let nodes: OpenApp[];
  let db: DataSource;
  beforeAll(async () => {
    database = await createTestDatabase();
    const env = { ...AUTH_ENV, DATABASE_URL: database.url, REDIS_URL: sharedRedisUrl() };
    nodes = [await startOpenApp(env), await startOpenApp(env)];
    for (const { app } of nodes) addAskingBackend(app, effects);
    db = await new DataSource(dataSourceOptions(database.url, 2)).initialize();
  });
  afterAll(async () => {
    await db.destroy();
    for (const node of nodes) await node.close();
    await database.drop();
  });

  /** The same user on both nodes. */
  function people(role = 'user'): [Client, Client] {
    const here = new Client(nodes[0]!.url, { role });
    return [here, new Client(nodes[1]!.url, { tenant: here.tenant, user: here.user, role })];
  }

  const names = (events: { event: string }[]) => events.map(({ event }) => event);
  const approvalOf = (message: any) => message.parts.find((part: any) => part.type === 'approval');

  it('is told with 202, shows its exact arguments in the history, and keeps later questions waiting', async () => {
    const [ann] = people();
    const { runId, approvalId, body } = await asked(ann);
    expect(body).toEqual({
      session_id: 's',
      run_id: runId,
      status: 'awaiting_approval',
      approval_id: approvalId,
    });
    const socket = await ann.socket();
    const sent = await socket.ask('message:send', {
      session_id: 's',
      content: 'Plain hello',
      client_message_id: 'm2',
    });
    const { body: history } = await ann.get('/chat/history/s');
    expect(history.active_run).toMatchObject({ run_id: runId, epoch: 1, state: 'awaiting_approval' });
    expect(history.active_run.approval).toEqual({
      type: 'approval',
      approval_id: approvalId,
      tool: 'change_title',
      arguments: ARGUMENTS,
      expires_at: expect.any(String),
      state: 'pending',
    });
    const left = Date.parse(history.active_run.approval.expires_at) - Date.now();
    expect(Math.abs(left - 900_000)).toBeLessThan(120_000);
    expect(history.session.messages.map(({ metadata }: any) => metadata.state)).toEqual([
      'awaiting_approval',
      'queued',
    ]);
    expect((await socket.ask('session:join', { session_id: 's' })).active_run).toEqual(history.active_run);
    expect(await socket.ask('run:resume', { run_id: runId, epoch: 0, after_seq: 0 })).toEqual({
      ok: true,
      state: 'awaiting_approval',
    });
    await eventually(() => socket.answer(runId).some(({ event }) => event === 'run.awaiting_approval'));
    expect(names(socket.answer(runId))).toEqual([
      'run.started',
      'text.delta',
      'part',
      'part',
      'run.awaiting_approval',
    ]);
    expect(await decide(ann, runId, approvalId, false)).toMatchObject({ status: 200 });
    expect(await socket.final(sent.run_id)).toMatchObject({ event: 'run.completed' });
    socket.close();
  });

  it('goes on from another device on another node, with everything once and the step done once', async () => {
    const [here, there] = people();
    const watching = await here.socket();
    await watching.ask('session:join', { session_id: 's' });
    const { runId, approvalId } = await asked(here);
    const deciding = await there.socket();
    expect(
      await deciding.ask('run:approve', { run_id: runId, approval_id: approvalId, approved: true }),
    ).toEqual({ ok: true, state: 'approved' });
    const final = await watching.final(runId);
    expect(effects.of(runId)).toBe(1);
    const second = watching.answer(runId).filter(({ epoch }) => epoch === 2);
    expect(names(second)).toEqual([
      'reset',
      'run.started',
      'text.delta',
      'part',
      'part',
      'text.delta',
      'run.completed',
    ]);
    expect(second.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(second[0].reason).toBe('approval');
    expect(second[4].part).toMatchObject({ approval_id: approvalId, state: 'approved' });
    expect(final.message).toMatchObject({ content: 'I would change the title.\n\nIt is done.' });
    expect(final.message.parts.map(({ type }: any) => type)).toEqual(['citation', 'approval']);
    expect(final.message.metadata).toMatchObject({ reference: { asked: 1 }, state: 'completed' });
    const { body: history } = await there.get('/chat/history/s');
    expect(history.session.messages.at(-1)).toEqual(final.message);
    expect(history.active_run).toBeUndefined();
    expect(await auditOf(db, here)).toEqual([
      {
        outcome: 'allowed',
        subject: runId,
        details: { tool: 'change_title', approval_id: approvalId },
      },
    ]);
    watching.close();
    deciding.close();
  });

  it('may ask for one step after another, and shows each with what became of it', async () => {
    const [here, there] = people();
    const first = await asked(here, 'Twice please');
    await decide(there, first.runId, first.approvalId, true);
    const second = await eventually(async () => {
      const { active_run: active } = (await here.get('/chat/history/s')).body;
      return active?.epoch === 2 && active.state === 'awaiting_approval' ? active : undefined;
    });
    await decide(here, first.runId, second.approval.approval_id, false, { comment: 'too much' });
    const { message, epoch } = await ended(there, first.runId);
    expect(epoch).toBe(3);
    expect(message.content).toBe('I would change the title.\n\nIt is done.\n\nNot done: refused, too much.');
    expect(message.parts.map(({ type, state, title }: any) => state ?? title ?? type)).toEqual([
      'note 0',
      'approved',
      'note 1',
      'refused',
    ]);
    expect(message.metadata.reference).toEqual({ asked: 2, before: { asked: 1, before: null } });
    expect(effects.of(first.runId)).toBe(1);
  });

  it('takes the first decision and answers the same one alike, another one with 409', async () => {
    const [here, there] = people();
    const { runId, approvalId } = await asked(here);
    const first = await decide(here, runId, approvalId, false);
    expect(first).toMatchObject({
      status: 200,
      body: { run_id: runId, approval_id: approvalId, state: 'refused' },
    });
    expect((await decide(there, runId, approvalId, false)).body).toEqual(first.body);
    expect(await decide(there, runId, approvalId, true)).toMatchObject({
      status: 409,
      body: { code: 'CHAT_APPROVAL_DECIDED' },
    });
    expect((await ended(here, runId)).message.content).toContain('Not done: refused, no comment.');
    expect((await decide(there, runId, approvalId, false)).body).toEqual(first.body);
    expect(await auditOf(db, here)).toHaveLength(1);
    expect(effects.of(runId)).toBe(0);
  });

  it('is decided once, however many devices of two nodes decide at the same time', async () => {
    const [here, there] = people();
    for (let round = 0; round < 3; round += 1) {
      const { runId, approvalId } = await asked(here, 'Change it', { session_id: `race-${round}` });
      const sockets: SocketClient[] = await Promise.all([here.socket(), there.socket()]);
      const answers = await Promise.all(
        Array.from({ length: 12 }, async (_, index) => {
          const approved = index % 2 === round % 2;
          const body = { approval_id: approvalId, approved };
          if (index % 3 === 0) {
            const ack: any = await sockets[index % 2]!.ask('run:approve', { run_id: runId, ...body });
            return ack.ok ? ack.state : ack.error.code;
          }
          const { status, body: said } = await decide(
            index % 4 < 2 ? here : there,
            runId,
            approvalId,
            approved,
          );
          return status === 200 ? said.state : said.code;
        }),
      );
      const said = new Set(answers);
      expect(said.size).toBe(2);
      expect(said.has('CHAT_APPROVAL_DECIDED')).toBe(true);
      const { message } = await ended(here, runId);
      const { state } = approvalOf(message);
      expect(said.has(state)).toBe(true);
      expect(effects.of(runId)).toBe(state === 'approved' ? 1 : 0);
      for (const socket of sockets) socket.close();
    }
    expect(await auditOf(db, here)).toHaveLength(3);
  });

  it('goes on with the step refused when the time is over; later decisions are told so', async () => {
    const [here, there] = people();
    const { runId, approvalId } = await asked(here);
    await overdue(runId);
    expect((await ended(there, runId)).message).toMatchObject({
      content: expect.stringContaining('Not done: expired'),
      parts: expect.arrayContaining([expect.objectContaining({ type: 'approval', state: 'expired' })]),
    });
    for (const approved of [true, false]) {
      expect(await decide(here, runId, approvalId, approved)).toMatchObject({
        status: 409,
        body: { code: 'CHAT_APPROVAL_EXPIRED' },
      });
    }
    expect(effects.of(runId)).toBe(0);
  });

  const overdue = (runId: string): Promise<unknown> =>
    db.query(`UPDATE chat_run_steps SET expires_at = now() - interval '1 second' WHERE run_id = $1`, [runId]);

  it('is cancelled by a stop, keeps what was shown, and can be asked for again', async () => {
    const [here, there] = people();
    const { runId, approvalId } = await asked(here);
    expect((await there.call('POST', `/chat/runs/${runId}/stop`)).body).toEqual({
      run_id: runId,
      state: 'cancelled',
    });
    const { message } = await ended(here, runId);
    expect(message.content).toBe('I would change the title.');
    expect(approvalOf(message)).toMatchObject({ state: 'refused' });
    expect(await decide(here, runId, approvalId, true)).toMatchObject({ status: 409 });
    const retried = (await there.call('POST', `/chat/runs/${runId}/retry`)).body.run_id;
    const again = await eventually(async () => {
      const { active_run: active } = (await here.get('/chat/history/s')).body;
      return active?.run_id === retried ? active.approval : undefined;
    });
    expect(again.approval_id).not.toBe(approvalId);
    await decide(here, retried, again.approval_id, true);
    expect((await ended(here, retried)).event).toBe('run.completed');
    expect([effects.of(runId), effects.of(retried)]).toEqual([0, 1]);
  });

  it('ends with its session, and nothing of it can be decided any more', async () => {
    const [here, there] = people();
    const { runId, approvalId } = await asked(here);
    expect((await there.call('DELETE', '/chat/session/s')).status).toBe(200);
    expect(await decide(here, runId, approvalId, true)).toMatchObject({
      status: 404,
      body: { code: 'CHAT_RUN_NOT_FOUND' },
    });
    const rows = await db.query('SELECT FROM chat_run_steps WHERE run_id = $1', [runId]);
    expect(rows).toHaveLength(0);
  });

  it('is made again by another node where one dies after the decision, without doing the step twice', async () => {
    const [here] = people();
    const { runId, approvalId } = await asked(here);
    let release = (): void => undefined;
    effects.hold = new Promise((resolve) => (release = resolve));
    await decide(here, runId, approvalId, true);
    await eventually(() => effects.of(runId) === 1);
    await eventually(async () => {
      await db.query(`UPDATE chat_runs SET lease_until = now() - interval '1 second' WHERE id = $1`, [runId]);
      for (const { app } of nodes) app.get(RunWorker).wake(runId);
      const [{ lease_epoch: epoch }] = await db.query('SELECT lease_epoch FROM chat_runs WHERE id = $1', [
        runId,
      ]);
      return epoch > 2;
    });
    const events = await eventsOf(here, runId);
    release();
    effects.hold = undefined;
    expect(events[0]).toMatchObject({ event: 'reset', reason: 'takeover' });
    expect(events.at(-1).message.content).toBe('I would change the title.\n\nIt may be done.');
    expect(approvalOf(events.at(-1).message)).toMatchObject({ state: 'approved' });
    expect(effects.of(runId)).toBe(1);
    expect(await decide(here, runId, approvalId, true)).toMatchObject({ status: 200 });
  });

  it('survives the end of the service that asked, and has its whole time again', async () => {
    const [, there] = people();
    const asking = await startOpenApp({
      ...AUTH_ENV,
      DATABASE_URL: database.url,
      REDIS_URL: sharedRedisUrl(),
    });
    addAskingBackend(asking.app, effects);
    const ann = new Client(asking.url, { tenant: there.tenant, user: there.user });
    const { runId, approvalId } = await asked(ann);
    await asking.close();
    await db.query(`UPDATE chat_runs SET started_at = now() - interval '1 hour' WHERE id = $1`, [runId]);
    expect((await decide(there, runId, approvalId, true)).status).toBe(200);
    expect((await ended(there, runId)).message.content).toContain('It is done.');
    expect(effects.of(runId)).toBe(1);
  });
});

import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import { createTestDatabase } from '../support/postgres.js';
import { ServiceProcess } from '../support/service-process.js';

describe('SIGTERM while an answer is made', () => {
  it('reports not ready, tells the sockets, lets the answer finish, and ends with 0', async () => {
    const model = await startModelServer({ tokens: 40, delayMs: 150 });
    const database = await createTestDatabase();
    const service = await ServiceProcess.start({
      ...AUTH_ENV,
      DATABASE_URL: database.url,
      OPENAI_BASE_URL: model.url,
    });
    try {
      const ann = new Client(service.url);
      const socket = await ann.socket();
      const ack = await socket.ask('message:send', {
        content: 'hi',
        session_id: 's',
        client_message_id: 'm1',
      });
      await eventually(() => socket.answer(ack.run_id).some(({ event }) => event === 'text.delta'));
      const ended = service.kill('SIGTERM');
      await eventually(() => socket.of('system').some(({ metadata }) => metadata.retry_after_ms > 0));
      const statusOf = async (path: string): Promise<number | undefined> =>
        (await ann.get(path).catch(() => undefined))?.status;
      await eventually(async () => (await statusOf('/health/ready')) === 503);
      await eventually(async () => (await statusOf('/health/live')) === 200);
      const waiting = await socket.ask('message:send', {
        content: 'later',
        session_id: 's',
        client_message_id: 'm2',
      });
      expect(waiting.ok).toBe(true);
      expect(await socket.final(ack.run_id)).toMatchObject({ event: 'run.completed' });
      expect(await ended).toMatchObject({ code: 0 });

      const next = await ServiceProcess.start({
        ...AUTH_ENV,
        DATABASE_URL: database.url,
        OPENAI_BASE_URL: model.url,
      });
      const again = new Client(next.url, { tenant: ann.tenant, user: ann.user });
      const messages = await eventually(async () => {
        const { body } = await again.get('/chat/history/s');
        return body.session.messages.length === 4 && body.session.messages;
      });
      expect(messages.map(({ content }: { content: string }) => content.slice(0, 6))).toEqual([
        'hi',
        'w0 w1 ',
        'later',
        'w0 w1 ',
      ]);
      await next.kill('SIGTERM');
      socket.close();
    } finally {
      await service.kill('SIGKILL');
      await model.close();
      await database.drop();
    }
  }, 120_000);
});

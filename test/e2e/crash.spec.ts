import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import { ServiceProcess } from '../support/service-process.js';

describe('kill -9 between acknowledgement and answer, with the embedded PostgreSQL', () => {
  it('keeps the question once, and its run ends after the next start', async () => {
    const model = await startModelServer({ reply: () => 'one two three four five six' });
    const dir = mkdtempSync(join(tmpdir(), 'chat-crash-'));
    const env = { ...AUTH_ENV, DATA_DIR: join(dir, 'data'), OPENAI_BASE_URL: model.url };
    let service = await ServiceProcess.start(env);
    try {
      const before = new Client(service.url, { tenant: 't', user: 'u' });
      model.setBehaviour({ hang: 2 });
      const socket = await before.socket();
      const ack = await socket.ask('message:send', {
        content: 'survive',
        session_id: 's',
        client_message_id: 'm',
      });
      await eventually(() => socket.answer(ack.run_id).some((event) => event.event === 'text.delta'));
      await service.kill('SIGKILL');
      socket.close();
      model.setBehaviour({});

      service = await ServiceProcess.start(env);
      const after = new Client(service.url, { tenant: 't', user: 'u' });
      const again = await after.send('survive', { session_id: 's', client_message_id: 'm' });
      expect(again.body).toMatchObject({ run_id: ack.run_id, user_message: { id: ack.message.id } });
      expect(again.body.ai_response.content).toBe('one two three four five six');
      const { body } = await after.get('/chat/history/s');
      expect(body.session.messages.map((message: any) => message.content)).toEqual([
        'survive',
        'one two three four five six',
      ]);
      const events: any[] = [];
      for await (const event of after.events('GET', `/chat/runs/${ack.run_id}/events?epoch=1&after_seq=2`)) {
        events.push(event.data);
      }
      expect(events[0]).toMatchObject({ event: 'reset', epoch: 2, seq: 1 });
      expect(events.at(-1)?.event).toBe('run.completed');
    } finally {
      await service.kill('SIGTERM');
      await model.close();
      rmSync(dir, { recursive: true, force: true });
    }
  }, 120_000);
});

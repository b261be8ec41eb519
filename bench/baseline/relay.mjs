import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { Server } from 'socket.io';

/**
 * The bare relay that the service is measured against: socket.io in, one event a token out. No framework, no users,
 * no history, no recovery.
 * In: `ask(content, onText)`, which resolves at the end of an answer, and `store(row)`, absent to keep nothing.
 */
export function startRelay({ ask, store = async () => undefined }) {
  const server = createServer();
  const io = new Server(server, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
  io.on('connection', (socket) => {
    socket.on('message:send', async ({ session_id: session, content }, acknowledge) => {
      const question = { id: randomUUID(), session, type: 'user', content };
      await store(question);
      acknowledge({ ok: true, message: question });
      let text = '';
      await ask(content, (piece) => {
        text += piece;
        socket.emit('answer', { event: 'text.delta', text: piece, session_id: session });
      });
      const answer = { id: randomUUID(), session, type: 'assistant', content: text };
      await store(answer);
      socket.emit('answer', { event: 'run.completed', message: answer, session_id: session });
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ ready: { port: server.address().port } }));
}

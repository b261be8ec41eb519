/**
 * A server that reads the events of an answer from a table and sends them, one packet each, to whoever names the
 * answer: over socket.io, and over a raw WebSocket at /raw. No users, nothing live.
 */
import { createServer } from 'node:http';
import pg from 'pg';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';

const SELECT = { name: 'select', text: 'SELECT event FROM baseline_events WHERE run_id = $1 ORDER BY seq' };

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16, idleTimeoutMillis: 0 });

async function eventsOf(runId) {
  const { rows } = await pool.query({ ...SELECT, values: [runId] });
  return rows.map(({ event }) => event);
}

const server = createServer();
const io = new Server(server, {
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  destroyUpgrade: false,
});
io.on('connection', (socket) => {
  socket.on('run:resume', async ({ run_id: runId }, acknowledge) => {
    acknowledge({ ok: true });
    for (const event of await eventsOf(runId)) socket.emit('answer', event);
  });
});

const raw = new WebSocketServer({ noServer: true, perMessageDeflate: false });
raw.on('connection', (socket) => {
  socket.send('{"type":"system"}');
  socket.on('message', async (data) => {
    const { run_id: runId } = JSON.parse(data.toString());
    for (const event of await eventsOf(runId)) socket.send(JSON.stringify({ type: 'event', ...event }));
  });
});
server.on('upgrade', (request, socket, head) => {
  if (!request.url.startsWith('/raw')) return;
  raw.handleUpgrade(request, socket, head, (accepted) => raw.emit('connection', accepted));
});

server.listen(0, '127.0.0.1', () => process.send?.({ ready: { port: server.address().port } }));

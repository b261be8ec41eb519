/** A socket.io server that does nothing but hold sockets. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const server = createServer();
new Server(server, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
server.listen(0, '127.0.0.1', () => process.send?.({ ready: { port: server.address().port } }));

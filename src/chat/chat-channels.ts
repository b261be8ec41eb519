import { SOCKET_IO_PATH } from '../common/sockets/socket-io.adapter.js';
import { AnswerEvent } from './events.contract.js';
import { ClientFrame, ServerFrame } from './raw/raw.contract.js';
import { CLIENT_EVENTS, SERVER_EVENTS } from './sockets/socket.contract.js';

const named = <T extends object>(events: Record<string, T>): (T & { name: string })[] =>
  Object.entries(events).map(([name, event]) => ({ name, ...event }));

/** The sockets as data for the AsyncAPI document: from the same schemas that parse and type them. */
export const chatChannels = [
  {
    name: 'socketio',
    address: SOCKET_IO_PATH,
    protocol: 'socket.io',
    receives: named(CLIENT_EVENTS),
    sends: named(SERVER_EVENTS),
  },
  {
    name: 'websocket',
    address: '/chat/ws/{session_id}',
    protocol: 'ws',
    receives: [{ name: 'frame', summary: 'A frame of a client.', schema: ClientFrame }],
    sends: [
      { name: 'frame', summary: 'A frame of the server.', schema: ServerFrame },
      {
        name: 'event',
        summary: 'With ?stream=true: an event of an answer, with type "event".',
        schema: AnswerEvent,
      },
    ],
  },
];

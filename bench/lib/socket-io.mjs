import WebSocket from 'ws';

/**
 * A socket.io connection without socket.io's client: packets are told apart by their first bytes, so that it costs
 * little beside the server.
 * In: `{ url, path, token }` of a server, `onPacket(packet)` for everything after the greeting (latin1), and
 * `onClose(code)` for an end that the server made. Out: `{ send, close }`, once the server has let the user in.
 */
export function openSocketIo({ url, path, token }, onPacket, onClose) {
  const address = `${url.replace('http', 'ws')}${path}/?EIO=4&transport=websocket`;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { perMessageDeflate: false, skipUTF8Validation: true });
    const connection = {
      send: (packet) => socket.send(packet),
      close: () => {
        socket.removeAllListeners('close');
        socket.on('error', () => undefined);
        socket.terminate();
      },
    };
    socket.once('error', reject);
    socket.once('close', (code) => {
      reject(new Error(`The server closed the socket (${code})`));
      onClose(code);
    });
    socket.on('message', (data) => {
      const packet = data.toString('latin1');
      if (packet.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
      else if (packet === '2') socket.send('3');
      else if (packet.startsWith('40')) resolve(connection);
      else if (packet.startsWith('44')) reject(new Error(`The server refused the user: ${packet}`));
      else onPacket(packet);
    });
  });
}

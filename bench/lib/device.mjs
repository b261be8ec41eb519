import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { now } from './clock.mjs';
import { openSocketIo } from './socket-io.mjs';

const PACKET = /^4([23])(\d*)/;

/** A device over socket.io that hears whole events: `onEvent(event, time)` gets each with the microsecond it came. */
export class SocketDevice {
  onEvent = () => undefined;
  #socket;
  #asked = new Map();

  /** In: `{ url, path }` of a server and the user's token. */
  static async connect({ url, path }, token) {
    const device = new SocketDevice();
    device.#socket = await openSocketIo(
      { url, path, token },
      (packet) => device.#hear(packet),
      (code) => device.#fail(new Error(`The server closed the socket (${code})`)),
    );
    return device;
  }

  /** Asks a question. Out: the id of its run. */
  async ask(sessionId, content) {
    const body = { session_id: sessionId, content, client_message_id: randomUUID() };
    return (await this.#call('message:send', body)).run_id;
  }

  /** Watches a session. */
  join(sessionId) {
    return this.#call('session:join', { session_id: sessionId });
  }

  /** Wants all events of a run's newest epoch; they come to `onEvent`. */
  resume(runId) {
    return this.#call('run:resume', { run_id: runId, epoch: 0, after_seq: 0 });
  }

  close() {
    this.#socket.close();
  }

  #call(name, body) {
    const id = String(this.#asked.size);
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#socket.send(`42${id}${JSON.stringify([name, body])}`);
    });
  }

  #hear(packet) {
    const time = now();
    const [head, kind, id] = PACKET.exec(packet) ?? [];
    if (!head) return;
    const [first, body] = JSON.parse(packet.slice(head.length));
    if (kind === '2' && first === 'answer') this.onEvent(body, time);
    else if (kind === '3' && first.ok) this.#asked.get(id)?.resolve(first);
    else if (kind === '3') this.#asked.get(id)?.reject(new Error(`Refused: ${packet}`));
  }

  #fail(error) {
    for (const { reject } of this.#asked.values()) reject(error);
  }
}

/** A device over the raw WebSocket of one session that hears whole events, as above. */
export class RawDevice {
  onEvent = () => undefined;
  #socket;

  /** In: the address of the socket, without query, and the user's token. */
  static connect(address, token) {
    const device = new RawDevice();
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${address}?stream=true&token=${token}`, { perMessageDeflate: false });
      device.#socket = socket;
      socket.once('error', reject);
      socket.once('close', (code) => reject(new Error(`The server closed the socket (${code})`)));
      socket.on('message', (data) => {
        const time = now();
        const frame = JSON.parse(data.toString('latin1'));
        if (frame.type === 'system') resolve(device);
        else if (frame.type === 'event') device.onEvent(frame, time);
      });
    });
  }

  resume(runId) {
    this.#socket.send(JSON.stringify({ type: 'resume', run_id: runId, epoch: 0, after_seq: 0 }));
  }

  close() {
    this.#socket.removeAllListeners('close');
    this.#socket.terminate();
  }
}

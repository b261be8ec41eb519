import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { now } from './clock.mjs';

const ANSWER = '42["answer",{"event":"';
const TEXT = '"text":"';
const ANSWER_WITHIN = 30_000;

/**
 * One user over socket.io, without socket.io's client: packets are told apart by their first bytes, so that the load
 * costs little beside the server. Asks one question at a time.
 */
export class Client {
  #socket;
  #asked = 0;
  #current;

  /** In: `{ url, path, token }` of a server. Resolves once the server has let the user in. */
  static connect({ url, path, token }) {
    const address = `${url.replace('http', 'ws')}${path}/?EIO=4&transport=websocket`;
    const client = new Client();
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(address, { perMessageDeflate: false, skipUTF8Validation: true });
      client.#socket = socket;
      socket.once('error', reject);
      socket.once('close', (code) => {
        reject(new Error(`The server closed the socket (${code})`));
        client.#current?.reject(new Error(`The server closed the socket (${code})`));
      });
      socket.on('message', (data) => {
        const packet = data.toString('latin1');
        if (packet.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
        else if (packet === '2') socket.send('3');
        else if (packet.startsWith('40')) resolve(client);
        else if (packet.startsWith('44')) reject(new Error(`The server refused the user: ${packet}`));
        else client.#hear(packet);
      });
    });
  }

  /**
   * Asks and waits for the end of the answer. Throws when anything but a complete answer comes.
   * In: a session, the question, and `onText(text, time)` for every piece of the answer.
   * Out: microseconds from sending to the first text and to the end, and the length of the text.
   */
  ask(sessionId, content, onText) {
    const body = { session_id: sessionId, content, client_message_id: randomUUID() };
    const packet = `42${this.#asked++}${JSON.stringify(['message:send', body])}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('No answer within 30 s')), ANSWER_WITHIN);
      const settle = (how) => (value) => {
        clearTimeout(timer);
        this.#current = undefined;
        how(value);
      };
      this.#current = {
        sentAt: now(),
        firstAt: 0,
        length: 0,
        onText,
        resolve: settle(resolve),
        reject: settle(reject),
      };
      this.#socket.send(packet);
    });
  }

  close() {
    this.#socket.removeAllListeners('close');
    this.#socket.on('error', () => undefined);
    this.#socket.terminate();
  }

  #hear(packet) {
    const current = this.#current;
    if (!current) return;
    if (packet.startsWith('43')) {
      if (packet.includes('"ok":false')) current.reject(new Error(`The question was refused: ${packet}`));
      return;
    }
    if (!packet.startsWith(ANSWER)) return;
    const event = packet.slice(ANSWER.length, packet.indexOf('"', ANSWER.length));
    if (event === 'text.delta') {
      this.#text(current, packet);
    } else if (event === 'run.completed') {
      current.resolve({
        first: current.firstAt - current.sentAt,
        whole: now() - current.sentAt,
        length: current.length,
      });
    } else if (event !== 'run.started' && event !== 'run.status') {
      current.reject(new Error(`The answer ended otherwise: ${packet}`));
    }
  }

  #text(current, packet) {
    const time = now();
    const begin = packet.indexOf(TEXT) + TEXT.length;
    const text = packet.slice(begin, packet.indexOf('"', begin));
    current.firstAt ||= time;
    current.length += text.length;
    current.onText?.(text, time);
  }
}

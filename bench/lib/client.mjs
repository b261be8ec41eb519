import { randomUUID } from 'node:crypto';
import { now } from './clock.mjs';
import { openSocketIo } from './socket-io.mjs';

const ANSWER = '42["answer",{"event":"';
const TEXT = '"text":"';
const ANSWER_WITHIN = 30_000;

/** One user over socket.io, who asks one question at a time; reads of a packet only what it needs. */
export class Client {
  #socket;
  #asked = 0;
  #current;

  /** In: `{ url, path, token }` of a server. Resolves once the server has let the user in. */
  static async connect(server) {
    const client = new Client();
    client.#socket = await openSocketIo(
      server,
      (packet) => client.#hear(packet),
      (code) => client.#current?.reject(new Error(`The server closed the socket (${code})`)),
    );
    return client;
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

  /** A question under way fails. */
  close() {
    this.#socket.close();
    this.#current?.reject(new Error('The user left'));
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

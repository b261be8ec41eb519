import { connect as tcp } from 'node:net';
import { io } from 'socket.io-client';
import WebSocket from 'ws';

/** Where a service listens: `http://127.0.0.1:PORT`. */
export interface Target {
  readonly url: string;
}

/** What a route answered. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly code: string;
}

/** GET with a bearer token. */
export async function ask(app: Target, token: string, path = '/chat/assistants'): Promise<Refusal> {
  const response = await fetch(app.url + path, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  return { status: response.status, text, code: (JSON.parse(text) as { code?: string }).code ?? '' };
}

/** The status line of a GET that carries `headers` as they are. */
export function rawGet(app: Target, path: string, headers: string): Promise<string> {
  const { port, hostname } = new URL(app.url);
  return new Promise((resolve) => {
    const socket = tcp(Number(port), hostname, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n${headers}\r\n\r\n`);
    });
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''));
  });
}

/** Connects by socket.io. Out: the error body, or `{ status: 200 }`. */
export function handshake(app: Target, auth: object): Promise<{ status: number }> {
  const socket = io(app.url, {
    path: '/chat/socket.io',
    transports: ['websocket'],
    reconnection: false,
    auth,
  });
  return new Promise<{ status: number }>((resolve) => {
    socket.once('connect', () => resolve({ status: 200 }));
    socket.once('connect_error', (error) => resolve((error as Error & { data: { status: number } }).data));
  }).finally(() => socket.close());
}

/** `open` where a frame came; otherwise the close code, or 0 for a refused upgrade. */
export function closedBy(url: string, headers: Record<string, string> = {}): Promise<number | 'open'> {
  const socket = new WebSocket(url, { headers });
  return new Promise((resolve) => {
    socket.once('message', () => {
      resolve('open');
      socket.terminate();
    });
    socket.once('close', (code) => resolve(code));
    socket.once('error', () => resolve(0));
  });
}

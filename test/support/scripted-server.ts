import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isTokens,
  type Reply,
  type ScriptedReply,
  type ServedCall,
  toCalls,
  tokensOf,
} from './scripted-reply.js';

export interface ServedMessage {
  readonly role: string;
  readonly content: string;
  readonly calls?: readonly ServedCall[];
  /** Whose result it is. */
  readonly callId?: string;
}

/** One request as the server got it. */
export interface ServedRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
  /** The system prompt included, whatever place the protocol gives it. */
  readonly messages: readonly ServedMessage[];
}

/** How the server misbehaves. Everything is off by default. */
export interface Behaviour {
  /** Says nothing more after this many tokens and keeps the connection; `true` never sends even a header. */
  readonly hang?: boolean | number;
  /** Cuts the connection after this many tokens. */
  readonly dieAfter?: number;
  /** Ends the body properly after this many tokens, without the protocol's closing events. */
  readonly endAfter?: number;
  /** Answers this status with an error body. */
  readonly status?: number;
  /** What the error body says. */
  readonly errorText?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers 200 with this body, or with nonsense in place of the second event. */
  readonly garbage?: boolean | string;
  /** A well-formed answer without a single character. */
  readonly empty?: boolean;
  /** Milliseconds before each token. */
  readonly delayMs?: number;
  /** For how many requests this holds; afterwards the server behaves again. For ever when left out. */
  readonly times?: number;
}

export interface ScriptedServerOptions {
  /** In: the messages. Out: the answer, whole (cut into words) or as tokens, or with calls of tools. */
  readonly reply?: (messages: readonly ServedMessage[], request: ServedRequest) => Reply;
  /** Length of the answer where there is no `reply`. */
  readonly tokens?: number;
  /** Milliseconds before each token. */
  readonly delayMs?: number;
  /** A free one by default. */
  readonly port?: number;
  /** How the server treats this one request; undefined leaves it to `setBehaviour`. */
  readonly behave?: (request: ServedRequest) => Behaviour | undefined;
  /** False for a server that serves so much that `requests` would fill the memory. */
  readonly keepRequests?: boolean;
}

/** What one protocol writes on the wire. */
export interface WireProtocol {
  readonly basePath: string;
  parse(body: Record<string, unknown>): ServedMessage[];
  /** Events before the first token. */
  open(request: ServedRequest, inputTokens: number): string;
  token(text: string): string;
  /** The events of calls, after all tokens and in their order, each in several pieces. */
  calls(calls: readonly ServedCall[]): string[];
  /** An event that a client of the protocol reads and cannot parse. */
  readonly nonsense: string;
  /** Events after the last token or call. */
  close(request: ServedRequest, ending: Ending): string;
  /** The body of an answer that was not asked to stream. */
  whole(request: ServedRequest, text: string, inputTokens: number, outputTokens: number): string;
  error(status: number, text: string): string;
}

export interface Ending {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** How many calls there were. */
  readonly called: number;
  readonly cut: boolean;
}

export interface ScriptedServer {
  /** Base address as the client's configuration wants it. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ServedRequest[];
  /** Connections that the client left before the answer was complete. */
  readonly aborted: number;
  /** TCP connections accepted so far. */
  readonly connections: number;
  /** Replaces how the server misbehaves; `{}` makes it behave. */
  setBehaviour(behaviour: Behaviour): void;
  /** Cuts every connection and stops listening: what a killed process looks like. */
  closeAbruptly(): Promise<void>;
  /** Listens again on the same port. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** `w0 w1 ... ` so that any part of an answer tells where it belongs. */
export function numberedTokens(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `w${index} `);
}

/** The server's own deterministic count: one token for each started group of four characters. */
export function countCharacters(messages: readonly ServedMessage[]): number {
  return messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4), 0);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>;
}

class Scripted implements ScriptedServer {
  readonly requests: ServedRequest[] = [];
  aborted = 0;
  connections = 0;
  port = 0;
  private behaviour: Behaviour = {};
  private left = Infinity;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((request, response) => {
    this.serve(request, response).catch(() => response.destroy());
  });

  constructor(
    private readonly protocol: WireProtocol,
    private readonly options: ScriptedServerOptions,
  ) {
    this.server.on('connection', (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}${this.protocol.basePath}`;
  }

  setBehaviour(behaviour: Behaviour): void {
    this.behaviour = behaviour;
    this.left = behaviour.times ?? Infinity;
  }

  async reopen(): Promise<void> {
    this.server.listen(this.port || (this.options.port ?? 0), '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async closeAbruptly(): Promise<void> {
    const closed = this.server.listening ? once(this.server, 'close') : undefined;
    this.server.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
    await closed;
  }

  async close(): Promise<void> {
    await this.closeAbruptly();
  }

  private take(): Behaviour {
    if (this.left <= 0) return {};
    this.left -= 1;
    return this.behaviour;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once('close', () => {
      if (!response.writableFinished) this.aborted += 1;
    });
    const body = await readJson(request);
    const served: ServedRequest = {
      path: request.url ?? '',
      headers: request.headers,
      body,
      messages: this.protocol.parse(body),
    };
    if (this.options.keepRequests !== false) this.requests.push(served);
    const behaviour = this.options.behave?.(served) ?? this.take();
    if (behaviour.hang === true) return;
    if (behaviour.status !== undefined) {
      response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers });
      response.end(
        this.protocol.error(behaviour.status, behaviour.errorText ?? `Scripted failure ${behaviour.status}`),
      );
      return;
    }
    await this.answer(served, behaviour, response);
  }

  private async answer(served: ServedRequest, behaviour: Behaviour, response: ServerResponse): Promise<void> {
    const script = this.scriptFor(served);
    const tokens = behaviour.empty ? [] : tokensOf(script);
    const input = countCharacters(served.messages);
    const stream = served.body['stream'] === true;
    response.writeHead(200, {
      'content-type': stream ? 'text/event-stream' : 'application/json',
      ...behaviour.headers,
    });
    if (typeof behaviour.garbage === 'string') {
      response.end(behaviour.garbage);
    } else if (stream) {
      const { calls, cut = false } = script;
      const called = behaviour.empty ? [] : toCalls(calls);
      const pieces = [...tokens.map((text) => this.protocol.token(text)), ...this.protocol.calls(called)];
      const ending = { inputTokens: input, outputTokens: pieces.length, called: called.length, cut };
      await this.streamPieces(served, pieces, ending, behaviour, response);
    } else {
      response.end(this.protocol.whole(served, tokens.join(''), input, tokens.length));
    }
  }

  private scriptFor(served: ServedRequest): ScriptedReply {
    const reply = this.options.reply?.(served.messages, served) ?? numberedTokens(this.options.tokens ?? 20);
    return isTokens(reply) ? { text: reply } : reply;
  }

  private async streamPieces(
    served: ServedRequest,
    pieces: readonly string[],
    ending: Ending,
    behaviour: Behaviour,
    response: ServerResponse,
  ): Promise<void> {
    const delay = behaviour.delayMs ?? this.options.delayMs ?? 0;
    response.write(this.protocol.open(served, ending.inputTokens));
    if (behaviour.garbage === true) response.write(this.protocol.nonsense);
    for (const [index, piece] of pieces.entries()) {
      if (behaviour.dieAfter === index || behaviour.hang === index || behaviour.endAfter === index) break;
      if (delay > 0) await sleep(delay);
      if (response.destroyed) return;
      response.write(piece);
    }
    if (behaviour.dieAfter !== undefined) {
      await new Promise((resolve) => response.write('', resolve));
      await sleep(5);
      response.socket?.resetAndDestroy();
    } else if (behaviour.endAfter !== undefined) {
      response.end();
    } else if (behaviour.hang === undefined || behaviour.hang === false) {
      response.end(this.protocol.close(served, ending));
    }
  }
}

/** Starts a deterministic model server of one protocol on a port of 127.0.0.1. */
export async function startScriptedServer(
  protocol: WireProtocol,
  options: ScriptedServerOptions,
): Promise<ScriptedServer> {
  const server = new Scripted(protocol, options);
  await server.reopen();
  return server;
}

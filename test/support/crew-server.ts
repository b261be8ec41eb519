import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { AmpDouble } from './crew-server-amp.js';

export interface CrewServed {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: any;
}

/** How one kind of request is misbehaved to. In `on`: method and the beginning of the path, such as `POST /kickoff`. */
export interface CrewFault {
  readonly on: string;
  /** For how many such requests this holds; for ever when left out. */
  readonly times?: number;
  /** Says nothing and keeps the connection. */
  readonly hang?: boolean;
  /** Cuts the connection. */
  readonly reset?: boolean;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is where it is text, else as JSON. */
  readonly body?: unknown;
  /** Does what it was asked to before it misbehaves: the work begins and its answer is lost. */
  readonly afterWork?: boolean;
  /** Milliseconds before it behaves after all. */
  readonly delay?: number;
}

/** What happens to the stream of a run of AG-UI after its first events. */
export interface AguiFault {
  readonly after: number;
  readonly how: 'hang' | 'reset' | 'end' | 'garbage';
}

export interface CrewServerOptions {
  /** Bearer token that is asked for; none by default. */
  readonly token?: string;
}

type Fields = Record<string, unknown>;

/** The Crew service, a crew on CrewAI AMP (`/kickoff`) and a crew behind AG-UI (`/agui`), as they talk on the wire. */
export class CrewServer {
  readonly requests: CrewServed[] = [];
  readonly amp = new AmpDouble();
  /** The answer of the original contract. */
  reply: (body: any) => unknown = (body: Fields) => ({
    response: `You asked: ${String(body['query'])}`,
    confidence: 0.8,
    suggested_actions: ['Show more'],
    metadata: {},
    tokens_used: 42,
  });
  /** The events of a run of AG-UI. */
  events: (body: any) => readonly Fields[] = (body: Fields) =>
    aguiEvents(body, ['Hello ', 'from ', 'AG-UI.']);
  aguiFault: AguiFault | undefined;
  /** Streams that were closed by the reader before they were complete. */
  left = 0;
  /** Requests that it is through with, whether its answer found anybody or not. */
  done = 0;
  private faults: { fault: CrewFault; left: number }[] = [];
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private readonly server: Server = createServer((request, response) => {
    this.serve(request, response)
      .catch(() => response.destroy())
      .finally(() => (this.done += 1));
  });

  constructor(private readonly options: CrewServerOptions) {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Requests of one kind so far, told like those of a fault. */
  count(on: string): number {
    return this.requests.filter(({ method, path }) => `${method} ${path}`.startsWith(on)).length;
  }

  fault(fault: CrewFault): void {
    this.faults.push({ fault, left: fault.times ?? Infinity });
  }

  behave(): void {
    this.faults = [];
    this.aguiFault = undefined;
  }

  async open(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Cuts every connection and stops listening. `open` brings it back to the same address. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
    await closed;
  }

  /** Posts a report to where the work with this id was told to. In: the `origin` at which that host is found. Out: the statuses. */
  async report(id: string, body: object, origin: string): Promise<number[]> {
    const addresses = this.amp.work(id).webhooks;
    return Promise.all(
      addresses.map(async (address) => {
        const { pathname, search } = new URL(address);
        const response = await fetch(`${origin}${pathname}${search}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        return response.status;
      }),
    );
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const served = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
    };
    this.requests.push(served);
    const fault = this.take(`${served.method} ${served.path}`);
    if (fault?.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delay));
    if (fault?.afterWork) this.answer(served, undefined);
    if (!fault || (fault.delay !== undefined && !fault.status)) this.answer(served, response);
    else misbehave(fault, response);
  }

  private take(name: string): CrewFault | undefined {
    const found = this.faults.find(({ fault, left }) => left > 0 && name.startsWith(fault.on));
    if (found) found.left -= 1;
    return found?.fault;
  }

  private answer(served: CrewServed, response: ServerResponse | undefined): void {
    const { method, path, headers, body } = served;
    if (this.options.token !== undefined && headers.authorization !== `Bearer ${this.options.token}`) {
      send(response, 401, { error: 'Unauthorized', message: 'Invalid or missing bearer token' });
    } else if (method === 'GET' && path === '/health') {
      send(response, 200, { status: 'healthy' });
    } else if (method === 'POST' && path.startsWith('/agents/')) {
      send(response, 200, this.reply(body));
    } else if (method === 'POST' && path === '/agui') {
      if (response) this.stream(body, response);
    } else {
      const { status, json } = this.amp.answer(method, path, body);
      send(response, status, json);
    }
  }

  private stream(body: Fields, response: ServerResponse): void {
    const events = this.events(body);
    const fault = this.aguiFault;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.once('close', () => {
      if (!response.writableFinished) this.left += 1;
    });
    response.write(': keep-alive\n\n');
    for (const event of events.slice(0, fault?.after)) response.write(`data: ${JSON.stringify(event)}\n\n`);
    if (!fault || fault.how === 'end') response.end();
    if (fault?.how === 'garbage') response.end('data: {"type": not json\n\n');
    if (fault?.how === 'reset') setTimeout(() => response.socket?.resetAndDestroy(), 20);
  }
}

function misbehave(fault: CrewFault, response: ServerResponse): void {
  if (fault.hang) return;
  if (fault.reset) {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(fault.status ?? 200, { 'content-type': 'application/json', ...fault.headers });
  response.end(typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? {}));
}

function send(response: ServerResponse | undefined, status: number, body: unknown): void {
  response?.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

/** A whole run of AG-UI that says these pieces. */
export function aguiEvents(input: Fields, pieces: readonly string[], end: Fields = {}): Fields[] {
  const run = { threadId: input['threadId'], runId: input['runId'] };
  return [
    { type: 'RUN_STARTED', ...run },
    { type: 'STEP_STARTED', stepName: 'research' },
    { type: 'TEXT_MESSAGE_START', messageId: 'm1', role: 'assistant' },
    ...pieces.map((delta) => ({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta })),
    { type: 'TEXT_MESSAGE_END', messageId: 'm1' },
    { type: 'STEP_FINISHED', stepName: 'research' },
    { type: 'RUN_FINISHED', ...run, ...end },
  ];
}

/** Starts crews of every contract on a free port of this machine. */
export async function startCrewServer(options: CrewServerOptions = {}): Promise<CrewServer> {
  const server = new CrewServer(options);
  await server.open();
  return server;
}

import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** How a link misbehaves; everything is off by default. It holds for connections that are open and for new ones. */
export interface LinkFault {
  /** Milliseconds that every piece waits, either way. */
  readonly delayMs?: number;
  /** Bytes from the server after which a connection is reset. */
  readonly cutAfter?: number;
  /** Nothing passes any more; connections stay open. */
  readonly stall?: boolean;
  /** Connections are accepted and never answered. */
  readonly deaf?: boolean;
  /** Connections are reset at once. */
  readonly refuse?: boolean;
  /** What a client sends is sent a second time over a connection of its own, whose answer nobody reads. */
  readonly duplicate?: boolean;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket | undefined;
}

/** A TCP link that can be made to fail at run time. Its address stays the same. */
export class TcpProxy {
  private fault: LinkFault = {};
  private readonly pairs = new Set<Pair>();
  private readonly server: Server;
  private readonly resumers = new Set<() => void>();

  private constructor(private readonly targetPort: () => number) {
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
  }

  /** In: the port of 127.0.0.1 that the link leads to, asked for each new connection. */
  static async start(targetPort: () => number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((done) => proxy.server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections that are open. */
  get open(): number {
    return this.pairs.size;
  }

  /** Replaces how the link misbehaves. */
  set(fault: LinkFault): void {
    this.fault = fault;
    if (!fault.stall) for (const resume of this.resumers) resume();
  }

  /** The link behaves again; what a stall held back now passes. */
  heal(): void {
    this.set({});
  }

  /** Resets every open connection. */
  cut(): void {
    for (const { client, server } of this.pairs) {
      reset(client);
      if (server) reset(server);
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    this.cut();
    await closed;
  }

  private accept(client: Socket): void {
    client.on('error', () => client.destroy());
    if (this.fault.refuse) {
      reset(client);
      return;
    }
    const server = this.fault.deaf
      ? undefined
      : connect({ port: this.targetPort(), host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const pair = { client, server };
    this.pairs.add(pair);
    client.once('close', () => {
      this.pairs.delete(pair);
      server?.destroy();
    });
    if (!server) {
      client.resume();
      return;
    }
    server.on('error', () => reset(client));
    server.once('close', () => client.destroy());
    const copy = this.fault.duplicate ? this.openCopy() : undefined;
    client.on('data', (chunk) => copy?.write(chunk));
    client.once('close', () => copy?.destroy());
    this.carry(client, server, () => undefined);
    let passed = 0;
    this.carry(server, client, (chunk) => {
      passed += chunk.length;
      if (this.fault.cutAfter === undefined || passed <= this.fault.cutAfter) return;
      reset(client);
      server.destroy();
    });
  }

  private carry(from: Socket, to: Socket, passed: (chunk: Buffer) => void): void {
    let waiting: Promise<void> | undefined;
    const pass = (chunk: Buffer): void => {
      passed(chunk);
      if (to.destroyed || to.writableEnded) return;
      if (!to.write(chunk)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    };
    from.on('data', (chunk: Buffer) => {
      if (!waiting && !this.fault.stall && !this.fault.delayMs) {
        pass(chunk);
        return;
      }
      const turn = (waiting ?? Promise.resolve()).then(() => this.hold(from)).then(() => pass(chunk));
      waiting = turn;
      void turn.finally(() => {
        if (waiting === turn) waiting = undefined;
      });
    });
    from.once('end', () => {
      void (waiting ?? Promise.resolve()).then(() => to.end());
    });
  }

  /** Waits out the delay, and a stall as long as it lasts. */
  private async hold(socket: Socket): Promise<void> {
    const { delayMs, stall } = this.fault;
    if (delayMs) await new Promise((done) => setTimeout(done, delayMs));
    if (!stall) return;
    await new Promise<void>((done) => {
      const resume = (): void => {
        this.resumers.delete(resume);
        done();
      };
      this.resumers.add(resume);
      socket.once('close', resume);
    });
  }

  private openCopy(): Socket {
    const copy = connect({ port: this.targetPort(), host: '127.0.0.1' });
    copy.on('error', () => copy.destroy());
    copy.resume();
    return copy;
  }
}

/**
 * Ends a connection at once, as a crash does. `resetAndDestroy` would first wait for what is written, and a `destroy`
 * meanwhile makes Node lose the handle, so that the process can never end.
 */
function reset(socket: Socket): void {
  if (!socket.writableEnded && !socket.connecting)
    (socket as Socket & { resetAndClosing: boolean }).resetAndClosing = true;
  socket.destroy();
}

import { Injectable } from '@nestjs/common';
import { Metrics } from './metrics.js';

export type SocketTransport = 'socketio' | 'websocket';

/** How many sockets this process holds open. Whoever lets one in calls `inc`, and `dec` when it is gone. */
@Injectable()
export class ConnectionCounter {
  private readonly open: Record<SocketTransport, number> = { socketio: 0, websocket: 0 };

  constructor(private readonly metrics: Metrics) {
    for (const transport of ['socketio', 'websocket'] as const) this.metrics.sockets.set({ transport }, 0);
  }

  inc(transport: SocketTransport): void {
    this.change(transport, 1);
  }

  dec(transport: SocketTransport): void {
    this.change(transport, -1);
  }

  get total(): number {
    return this.open.socketio + this.open.websocket;
  }

  private change(transport: SocketTransport, by: number): void {
    this.open[transport] = Math.max(0, this.open[transport] + by);
    this.metrics.sockets.set({ transport }, this.open[transport]);
  }
}

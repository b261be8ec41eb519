import { Injectable } from '@nestjs/common';
import { Supervision } from '../../common/ipc/supervision.js';
import { Metrics } from './metrics.js';
import { NodeFigures } from './node-figures.js';

export type SocketTransport = 'socketio' | 'websocket';

const FIGURE = 'sockets';

/** How many sockets are open. Whoever lets one in calls `inc`, and `dec` when it is gone. */
@Injectable()
export class ConnectionCounter {
  private readonly open: Record<SocketTransport, number> = { socketio: 0, websocket: 0 };

  constructor(
    private readonly metrics: Metrics,
    private readonly figures: NodeFigures = new NodeFigures(Supervision.none),
  ) {
    for (const transport of ['socketio', 'websocket'] as const) this.metrics.sockets.set({ transport }, 0);
  }

  inc(transport: SocketTransport): void {
    this.change(transport, 1);
  }

  dec(transport: SocketTransport): void {
    this.change(transport, -1);
  }

  /** Of all workers of this machine; those of the others as they were a moment ago. */
  get total(): number {
    return this.figures.sum(FIGURE);
  }

  private change(transport: SocketTransport, by: number): void {
    this.open[transport] = Math.max(0, this.open[transport] + by);
    this.metrics.sockets.set({ transport }, this.open[transport]);
    this.figures.set(FIGURE, this.open.socketio + this.open.websocket);
  }
}

import { Injectable } from '@nestjs/common';
import type { Neighbour } from './health.contract.js';

/** Neighbours of features that stand above this room: each feature says by itself how its neighbour does. */
@Injectable()
export class ReportedNeighbours {
  private readonly known = new Map<string, () => 'up' | 'down'>();

  /** In: a name, and what tells without a wait how the neighbour does. */
  report(name: string, status: () => 'up' | 'down'): void {
    this.known.set(name, status);
  }

  status(name: string): Neighbour {
    return { status: this.known.get(name)?.() ?? 'not_configured' };
  }
}

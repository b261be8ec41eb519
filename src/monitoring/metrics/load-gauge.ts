import { Injectable } from '@nestjs/common';
import { Supervision } from '../../common/ipc/supervision.js';
import { NodeFigures } from './node-figures.js';

/** How many answers are worked on: whoever runs them sets it, the health report reads it. */
@Injectable()
export class LoadGauge {
  constructor(private readonly figures: NodeFigures = new NodeFigures(Supervision.none)) {}

  /** This process's answers. */
  set running(count: number) {
    this.figures.set('running', count);
  }

  /** Those of all workers of this machine; the others' as they were a moment ago. */
  get running(): number {
    return this.figures.sum('running');
  }
}

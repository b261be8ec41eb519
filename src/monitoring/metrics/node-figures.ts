import { Injectable } from '@nestjs/common';
import { Supervision } from '../../common/ipc/supervision.js';

/** Kind of message: a worker's own figures to the supervisor, and the sums of the other workers' back. */
export const FIGURES = 'figures';

export type Figures = Readonly<Record<string, number>>;

/** Figures that count over all workers of this machine. */
@Injectable()
export class NodeFigures {
  private own: Record<string, number> = {};
  private others: Figures = {};
  private saying = false;

  constructor(private readonly supervision: Supervision) {
    supervision.link?.on<Figures>(FIGURES, (others) => (this.others = others));
  }

  /** Sets this process's part of a figure. */
  set(name: string, value: number): void {
    this.own[name] = value;
    const { link } = this.supervision;
    if (!link || this.saying) return;
    this.saying = true;
    setImmediate(() => {
      this.saying = false;
      link.say(FIGURES, this.own);
    });
  }

  /** This process's part, and what the others last said. */
  sum(name: string): number {
    return (this.own[name] ?? 0) + (this.others[name] ?? 0);
  }
}

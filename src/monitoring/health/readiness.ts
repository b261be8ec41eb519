import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

/** Whether this process wants new work. The start-up and the shutdown set it, the probes read it. */
@Injectable()
export class Readiness implements OnApplicationBootstrap, OnModuleDestroy {
  private phase: 'starting' | 'serving' | 'draining' = 'starting';

  onApplicationBootstrap(): void {
    if (this.phase === 'starting') this.phase = 'serving';
  }

  /** The first step of a shutdown: probes say so while answers under way still end. */
  onModuleDestroy(): void {
    this.startDraining();
  }

  /** From here on the process takes no new work; there is no way back. */
  startDraining(): void {
    this.phase = 'draining';
  }

  get started(): boolean {
    return this.phase !== 'starting';
  }

  /** Out: why no new work should come, or undefined where it may. */
  get obstacle(): 'starting' | 'draining' | undefined {
    return this.phase === 'serving' ? undefined : this.phase;
  }
}

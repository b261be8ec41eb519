import { Injectable } from '@nestjs/common';

export interface Load {
  /** Answers that this process is working on. */
  readonly running: number;
  /** Answers that wait for a place on this process. */
  readonly queued: number;
}

/** What the run worker says about itself: whoever runs answers sets it, the health report reads it. */
@Injectable()
export class LoadGauge {
  private load: Load = { running: 0, queued: 0 };
  private working = true;

  set(load: Load): void {
    this.load = { running: load.running, queued: load.queued };
  }

  /** In: false when the worker cannot take runs any more, true when it can again. */
  setWorking(working: boolean): void {
    this.working = working;
  }

  read(): Load & { readonly status: 'up' | 'down' } {
    return { status: this.working ? 'up' : 'down', ...this.load };
  }
}

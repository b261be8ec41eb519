import { Injectable } from '@nestjs/common';
import { Scope } from '../../database/scope.js';

@Injectable()
export class RollupRepository {
  constructor(private readonly scope: Scope) {}

  /** Adds up to a day to the counts by day, unless another process is at it. Out: whether there is more to add. */
  async roll(): Promise<boolean> {
    const [row] = await this.scope.call<{ analytics_roll: boolean }>('analytics_roll', []);
    return row?.analytics_roll ?? false;
  }
}

import { Injectable } from '@nestjs/common';

/** How many answers this process is working on: whoever runs them sets it, the health report reads it. */
@Injectable()
export class LoadGauge {
  running = 0;
}

import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { repeat } from '../../common/repeat.js';
import { TicketsService } from './tickets.service.js';

export const SWEEP_EVERY = 60_000;

/** Removes tickets that nobody can use any more, whether their user comes back or not. */
@Injectable()
export class TicketSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private end: (() => void) | undefined;

  constructor(private readonly tickets: TicketsService) {}

  onApplicationBootstrap(): void {
    this.end = repeat(SWEEP_EVERY, () => this.tickets.sweep());
  }

  onApplicationShutdown(): void {
    this.end?.();
  }
}

import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { FanOut } from '../../redis/fan-out.js';
import { Metrics } from './metrics.js';

/** What the fan-out says of itself, read when the figures are. */
@Injectable()
export class FanOutMetrics {
  constructor({ registry }: Metrics, fanOut: FanOut) {
    const counter = (name: string, help: string, read: () => number): Counter =>
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    counter(
      'chat_fan_out_lost_total',
      'Live messages that other nodes were not given.',
      () => fanOut.state.lost,
    );
    counter(
      'chat_fan_out_refused_total',
      'Messages from outside that had no acceptable form.',
      () => fanOut.state.refused,
    );
    new Gauge({
      name: 'chat_fan_out_connected',
      help: '1 where live messages reach the other nodes.',
      registers: [registry],
      aggregator: 'min',
      collect() {
        this.set(fanOut.state.connected ? 1 : 0);
      },
    });
  }
}

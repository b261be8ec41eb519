import { Module } from '@nestjs/common';
import { CrewConfig } from '../config/config.js';
import { Metrics } from '../monitoring/metrics/metrics.js';
import { AguiAdapter } from './adapters/agui.adapter.js';
import { AMP_PACE, AmpAdapter } from './adapters/amp.adapter.js';
import { SyncAdapter } from './adapters/sync.adapter.js';
import { CrewStatus } from './crew-status.js';
import { CrewClient } from './crew.contract.js';
import { CrewService } from './crew.service.js';
import { CrewWakes } from './webhooks/crew-wakes.service.js';
import { CrewWebhooksController } from './webhooks/crew-webhooks.controller.js';
import { CREW_LINE_LIMITS, CrewLines } from './wire/crew-line.js';
import { CrewTargets } from './wire/crew-target.js';

/** Agents that live elsewhere: the port `CrewClient`, and `CrewStatus` for the health view. */
@Module({
  controllers: [CrewWebhooksController],
  providers: [
    CrewWakes,
    {
      provide: CrewService,
      inject: [CrewConfig, CrewWakes, Metrics],
      useFactory: (config: CrewConfig, wakes: CrewWakes, metrics: Metrics) =>
        new CrewService(
          {
            targets: new CrewTargets(config),
            lines: new CrewLines({ ...CREW_LINE_LIMITS, tries: config.tries }),
            adapters: {
              sync: new SyncAdapter(),
              amp: new AmpAdapter(wakes, AMP_PACE),
              agui: new AguiAdapter(),
            },
            silence: config.timeout,
          },
          metrics,
        ),
    },
    { provide: CrewClient, useExisting: CrewService },
    { provide: CrewStatus, useExisting: CrewService },
  ],
  exports: [CrewClient, CrewStatus],
})
export class CrewaiModule {}

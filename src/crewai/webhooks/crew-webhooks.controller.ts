import { Body, Controller, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Public } from '../../auth/auth.decorators.js';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import { CrewErrors, webhookRefused } from '../crew.errors.js';
import { CrewWakes } from './crew-wakes.service.js';
import { CrewReport, CrewRunId, WebhookQuery, WebhookTaken } from './crew-webhooks.contract.js';

@ApiTags('runs')
@Controller('chat/webhooks/crewai')
export class CrewWebhooksController {
  constructor(private readonly wakes: CrewWakes) {}

  @Public()
  @Post(':run_id')
  @ApiRoute({
    summary: 'Reports of a crew on its work',
    description:
      "With the run's own secret. A report only has the crew asked at once; nothing in it is shown.",
    response: WebhookTaken,
    errors: [CrewErrors.CREW_WEBHOOK_REFUSED],
    public: true,
  })
  take(
    @Param('run_id', { schema: CrewRunId }) runId: string,
    @Query({ schema: WebhookQuery }) query: z.infer<typeof WebhookQuery>,
    @Body({ schema: CrewReport }) report: CrewReport,
    @Headers('authorization') authorization?: string,
  ): WebhookTaken {
    const secret = /^Bearer (\S{1,200})$/i.exec(authorization ?? '')?.[1] ?? query.secret;
    if (secret === undefined || !this.wakes.accepts(runId, secret)) throw webhookRefused();
    this.wakes.wake(runId, toWake(report));
    return { status: 'ok' };
  }
}

function toWake(report: CrewReport) {
  const events = report.events ?? [];
  const executionId =
    report.execution_id ?? report.kickoff_id ?? events.find((event) => event.execution_id)?.execution_id;
  const waiting = events.findLast((event) => event.data?.task_id !== undefined);
  const taskId = report.task_id ?? waiting?.data?.task_id;
  return {
    kind: 'crew' as const,
    ...(executionId === undefined ? {} : { execution_id: executionId }),
    ...(taskId === undefined ? {} : { task_id: taskId }),
  };
}

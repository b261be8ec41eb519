import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { CurrentPrincipal, CurrentToken } from '../../auth/auth.decorators.js';
import type { AuthenticatedPrincipal, Principal } from '../../auth/principal.js';
import { AuthErrors } from '../../auth/auth.errors.js';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import type { EventStream } from '../../common/http/replies.js';
import { RunErrors } from '../../runs/runs.errors.js';
import { AnswersService } from '../answers.service.js';
import {
  ApprovalResult,
  DecideApproval,
  ResumeQuery,
  RetryResult,
  RunId,
  StopResult,
} from '../chat.contract.js';
import { ChatService } from '../chat.service.js';
import { AnswerEvent } from '../events.contract.js';
import { AnswerStreams } from './answer-streams.service.js';

@ApiTags('runs')
@Controller('chat/runs')
export class RunsController {
  constructor(
    private readonly chat: ChatService,
    private readonly answers: AnswersService,
    private readonly streams: AnswerStreams,
  ) {}

  @Post(':run_id/stop')
  @ApiRoute({
    summary: 'Stop an answer',
    description:
      'A queued run is cancelled; a running one keeps its partial answer. Stopping an ended run changes nothing.',
    response: StopResult,
    errors: [RunErrors.CHAT_RUN_NOT_FOUND],
  })
  async stop(
    @CurrentPrincipal() principal: Principal,
    @Param('run_id', { schema: RunId }) runId: string,
  ): Promise<z.infer<typeof StopResult>> {
    return { run_id: runId, state: await this.answers.stop(principal, runId) };
  }

  @Post(':run_id/retry')
  @ApiRoute({
    summary: 'Ask for the answer again',
    description: 'For a failed, interrupted or stopped answer: a new run for the same question.',
    response: RetryResult,
    errors: [RunErrors.CHAT_RUN_NOT_FOUND, RunErrors.CHAT_RUN_NOT_RETRIABLE],
  })
  async retry(
    @CurrentPrincipal() principal: Principal,
    @Param('run_id', { schema: RunId }) runId: string,
  ): Promise<z.infer<typeof RetryResult>> {
    return { run_id: (await this.chat.retry(principal, runId)).runId };
  }

  @Post(':run_id/approval')
  @ApiRoute({
    summary: 'Approve or refuse what an answer wants to do',
    description:
      'The first decision counts, on whatever device; the same again is answered alike. The answer then goes on, with ' +
      'the step done or refused.',
    response: ApprovalResult,
    errors: [
      AuthErrors.AUTH_FORBIDDEN,
      RunErrors.CHAT_RUN_NOT_FOUND,
      RunErrors.CHAT_APPROVAL_NOT_FOUND,
      RunErrors.CHAT_APPROVAL_DECIDED,
      RunErrors.CHAT_APPROVAL_EXPIRED,
    ],
  })
  async decide(
    @CurrentPrincipal() principal: Principal,
    @Param('run_id', { schema: RunId }) runId: string,
    @Body({ schema: DecideApproval }) { approval_id, approved, comment }: DecideApproval,
  ): Promise<ApprovalResult> {
    const state = await this.answers.decide(principal, runId, { approvalId: approval_id, approved, comment });
    return { run_id: runId, approval_id, state };
  }

  @Get(':run_id/events')
  @ApiRoute({
    summary: 'Follow an answer as server-sent events',
    description: 'From the position (epoch, after_seq) on; without one, all of the current epoch.',
    response: AnswerEvent,
    errors: [RunErrors.CHAT_RUN_NOT_FOUND],
  })
  async events(
    @CurrentPrincipal() principal: AuthenticatedPrincipal,
    @CurrentToken() token: string,
    @Param('run_id', { schema: RunId }) runId: string,
    @Query({ schema: ResumeQuery }) query: z.infer<typeof ResumeQuery>,
  ): Promise<EventStream> {
    const run = await this.answers.locate(principal, runId);
    const from = { epoch: query.epoch, seq: query.after_seq };
    return this.streams.open({ ...run, runId }, { principal, token }, from);
  }
}

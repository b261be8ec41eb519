import { Body, Controller, Delete, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentPrincipal } from '../../auth/auth.decorators.js';
import type { Principal } from '../../auth/principal.js';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import { Download } from '../../common/http/replies.js';
import {
  HistoryQuery,
  ListQuery,
  SessionAnalytics,
  SessionList,
  SessionSummary,
  SessionView,
  UpdateSession,
} from '../../conversations/conversations.contract.js';
import { ConversationErrors } from '../../conversations/conversations.errors.js';
import { SessionListService } from '../../conversations/session-list.service.js';
import { toJson, toMarkdown } from '../../conversations/session-export.js';
import { SessionId } from '../../common/session-id.contract.js';
import { ActiveRunView } from '../chat.contract.js';
import { ChatSessionsService } from '../chat-sessions.service.js';

const History = z
  .object({
    session: SessionView,
    message_count: z.int(),
    last_activity: z.iso.datetime(),
    analytics: SessionAnalytics,
    active_run: ActiveRunView.optional(),
  })
  .meta({ id: 'History' });
type History = z.infer<typeof History>;

const Deleted = z.object({ status: z.string() }).meta({ id: 'Deleted' });
const ExportQuery = z.strictObject({ format: z.enum(['json', 'markdown']).default('json') });
type ExportQuery = z.infer<typeof ExportQuery>;

const errors = [ConversationErrors.CHAT_SESSION_NOT_FOUND];

@ApiTags('sessions')
@Controller('chat')
export class SessionsController {
  constructor(
    private readonly sessions: ChatSessionsService,
    private readonly listed: SessionListService,
  ) {}

  @Get('history/:session_id')
  @ApiRoute({ summary: 'Messages of a session, newest page last', response: History, errors })
  history(
    @CurrentPrincipal() principal: Principal,
    @Param('session_id', { schema: SessionId }) sessionId: string,
    @Query({ schema: HistoryQuery }) query: HistoryQuery,
  ): Promise<History> {
    return this.sessions.history(principal, sessionId, query);
  }

  @Get('sessions')
  @ApiRoute({
    summary: 'Your sessions, newest first',
    description:
      'With `q`: those with all of its words, or words that begin so, in a message that is shown or in the title. ' +
      'Case and accents do not count.',
    response: SessionList,
  })
  list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: ListQuery }) query: ListQuery,
  ): Promise<SessionList> {
    return this.listed.list(principal, query);
  }

  @Patch('session/:session_id')
  @ApiRoute({
    summary: 'Rename, pin or archive a session, move its read mark, or show another branch',
    response: SessionSummary,
    errors: [...errors, ConversationErrors.CHAT_MESSAGE_NOT_FOUND, ConversationErrors.CHAT_SESSION_BUSY],
  })
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('session_id', { schema: SessionId }) sessionId: string,
    @Body({ schema: UpdateSession }) change: UpdateSession,
  ): Promise<SessionSummary> {
    return this.sessions.update(principal, sessionId, change);
  }

  @Delete('session/:session_id')
  @ApiRoute({
    summary: 'Delete a session for ever',
    description: 'A live answer stops. The id stays dead.',
    response: Deleted,
    errors,
  })
  async erase(
    @CurrentPrincipal() principal: Principal,
    @Param('session_id', { schema: SessionId }) sessionId: string,
  ): Promise<{ status: string }> {
    await this.sessions.erase(principal, sessionId);
    return { status: 'Session deleted successfully' };
  }

  @Get('session/:session_id/export')
  @ApiRoute({
    summary: 'A whole session as JSON or Markdown',
    description: 'Written while it is read; a connection that is cut means that something is missing.',
    response: SessionView,
    errors,
  })
  async export(
    @CurrentPrincipal() principal: Principal,
    @Param('session_id', { schema: SessionId }) sessionId: string,
    @Query({ schema: ExportQuery }) query: ExportQuery,
  ): Promise<Download> {
    const session = await this.sessions.export(principal, sessionId);
    return query.format === 'json'
      ? new Download(toJson(session), 'application/json; charset=utf-8', `${sessionId}.json`)
      : new Download(toMarkdown(session), 'text/markdown; charset=utf-8', `${sessionId}.md`);
  }
}

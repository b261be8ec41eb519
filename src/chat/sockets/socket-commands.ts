import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import type { z } from 'zod';
import type { Message } from '../../conversations/message.contract.js';
import type { RunPosition } from '../../runs/runs.contract.js';
import { AnswersService } from '../answers.service.js';
import type { ActiveRunView, Regenerated, SocketSend } from '../chat.contract.js';
import { ChatService } from '../chat.service.js';
import { ChatSessionsService, refOf } from '../chat-sessions.service.js';
import { RegenerateService } from '../regenerate.service.js';
import { TypingService } from '../live/typing.service.js';
import { dataOf } from './socket-identity.js';
import type { DecisionState } from '../../runs/steps/steps.contract.js';
import type { Approve, Regenerate } from './socket.contract.js';
import { SocketReplay } from './socket-replay.js';
import { type ChatSocket, SocketRooms } from './socket-rooms.js';

type Ok<T = object> = { ok: true } & T;

/** What the events of socket.io do. Every result is the body of an acknowledgement. */
@Injectable()
export class SocketCommands {
  constructor(
    private readonly chat: ChatService,
    private readonly sessions: ChatSessionsService,
    private readonly answers: AnswersService,
    private readonly rooms: SocketRooms,
    private readonly replays: SocketReplay,
    private readonly typings: TypingService,
    private readonly regenerations: RegenerateService,
  ) {}

  /** Watches a session of the caller's; tells the answer under way. */
  async join(socket: ChatSocket, sessionId: string): Promise<Ok<{ active_run?: ActiveRunView }>> {
    const { principal } = dataOf(socket);
    await this.rooms.joinSession(socket, principal, sessionId);
    const active = await this.sessions.activeRun(principal, sessionId);
    this.rooms.expect(principal, sessionId, active);
    return active ? { ok: true, active_run: active } : { ok: true };
  }

  async send(
    socket: ChatSocket,
    body: z.infer<typeof SocketSend>,
  ): Promise<Ok<{ session_id: string; message: Message; run_id: string }>> {
    const { principal } = dataOf(socket);
    if (body.session_id !== undefined) await this.enter(socket, principal, body.session_id);
    const accepted = await this.chat.send(principal, {
      transport: 'socketio',
      content: body.content,
      sessionId: body.session_id,
      clientMessageId: body.client_message_id,
      agentName: body.agent_name,
      context: body.context,
      fileAttachments: body.file_attachments,
      parentId: body.parent_id,
      origin: socket.id,
    });
    if (body.session_id === undefined) await this.enter(socket, principal, accepted.sessionId);
    return { ok: true, session_id: accepted.sessionId, message: accepted.message, run_id: accepted.runId };
  }

  async stop(socket: ChatSocket, runId: string): Promise<Ok<{ state: string }>> {
    return { ok: true, state: await this.answers.stop(dataOf(socket).principal, runId) };
  }

  async retry(socket: ChatSocket, runId: string): Promise<Ok<{ run_id: string; session_id: string }>> {
    const { principal } = dataOf(socket);
    const retried = await this.chat.retry(principal, runId);
    await this.enter(socket, principal, retried.sessionId);
    return { ok: true, run_id: retried.runId, session_id: retried.sessionId };
  }

  /** Asks for another answer beside the one that a question has. */
  async regenerate(socket: ChatSocket, body: z.infer<typeof Regenerate>): Promise<Ok<Regenerated>> {
    const { principal } = dataOf(socket);
    const made = await this.regenerations.regenerate(principal, body.message_id, body.client_message_id);
    await this.enter(socket, principal, made.session_id);
    return { ok: true, ...made };
  }

  /** Replays a run to this one socket from a position to its end, in order. */
  async resume(socket: ChatSocket, runId: string, from: RunPosition): Promise<Ok<{ state: string }>> {
    const { principal } = dataOf(socket);
    const run = await this.answers.locate(principal, runId);
    await this.enter(socket, principal, run.sessionId);
    await this.replays.begin(socket, { ...run, runId }, from);
    return { ok: true, state: run.state };
  }

  async approve(socket: ChatSocket, body: z.infer<typeof Approve>): Promise<Ok<{ state: DecisionState }>> {
    const { run_id: runId, approval_id: approvalId, approved, comment } = body;
    const { principal } = dataOf(socket);
    return {
      ok: true,
      state: await this.answers.decide(principal, runId, { approvalId, approved, comment }),
    };
  }

  typing(socket: ChatSocket, sessionId: string, isTyping: boolean): Ok {
    this.typings.tell(refOf(dataOf(socket).principal, sessionId), isTyping, socket.id);
    return { ok: true };
  }

  /** Watches a session without having been told what is at work in it. */
  private async enter(socket: ChatSocket, principal: Principal, sessionId: string): Promise<void> {
    await this.rooms.joinSession(socket, principal, sessionId);
    this.rooms.expect(principal, sessionId, undefined);
  }
}

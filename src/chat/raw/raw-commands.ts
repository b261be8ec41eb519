import { Injectable } from '@nestjs/common';
import { runNotFound } from '../../runs/runs.errors.js';
import { AnswersService } from '../answers.service.js';
import { ChatService } from '../chat.service.js';
import { ChatSessionsService, refOf } from '../chat-sessions.service.js';
import { TypingService } from '../live/typing.service.js';
import { RawIdentity } from './raw-identity.js';
import type { RawConnection } from './raw-connection.js';
import type { ClientFrame } from './raw.contract.js';

type Frame<T extends ClientFrame['type']> = Extract<ClientFrame, { type: T }>;

/** What the frames of the raw WebSocket do. */
@Injectable()
export class RawCommands {
  constructor(
    private readonly chat: ChatService,
    private readonly sessions: ChatSessionsService,
    private readonly answers: AnswersService,
    private readonly typings: TypingService,
    private readonly identity: RawIdentity,
  ) {}

  async perform(connection: RawConnection, frame: ClientFrame): Promise<void> {
    switch (frame.type) {
      case 'message':
        return this.send(connection, frame);
      case 'typing':
        this.typings.tell(refOf(connection.principal, connection.sessionId), frame.is_typing, connection.id);
        return;
      case 'ping':
        connection.send({ type: 'pong', content: 'pong', metadata: {} });
        return;
      case 'stop':
        return this.stop(connection, frame.run_id);
      case 'retry':
        await this.locate(connection, frame.run_id);
        await this.chat.retry(connection.principal, frame.run_id);
        return;
      case 'approve':
        return this.approve(connection, frame);
      case 'resume':
        return this.resume(connection, frame);
      case 'auth':
        return this.identity.refresh(connection, frame.token);
    }
  }

  private async send(connection: RawConnection, frame: Frame<'message'>): Promise<void> {
    const accepted = await this.chat.send(connection.principal, {
      transport: 'websocket',
      content: frame.content,
      sessionId: connection.sessionId,
      clientMessageId: frame.client_message_id,
      agentName: frame.agent_name,
      context: frame.context,
      fileAttachments: frame.file_attachments,
      origin: connection.id,
    });
    if (frame.client_message_id === undefined && !connection.stream) return;
    connection.send({
      type: 'ack',
      content: 'accepted',
      metadata: {
        client_message_id: frame.client_message_id ?? null,
        message_id: accepted.message.id,
        run_id: accepted.runId,
      },
    });
  }

  private async stop(connection: RawConnection, runId: string | undefined): Promise<void> {
    if (runId !== undefined) await this.locate(connection, runId);
    const id = runId ?? (await this.sessions.activeRun(connection.principal, connection.sessionId))?.run_id;
    if (id !== undefined) await this.answers.stop(connection.principal, id);
  }

  private async approve(connection: RawConnection, frame: Frame<'approve'>): Promise<void> {
    await this.locate(connection, frame.run_id);
    const { approval_id: approvalId, approved, comment } = frame;
    await this.answers.decide(connection.principal, frame.run_id, { approvalId, approved, comment });
  }

  private async resume(connection: RawConnection, frame: Frame<'resume'>): Promise<void> {
    const run = await this.locate(connection, frame.run_id);
    const from = { epoch: frame.epoch, seq: frame.after_seq };
    connection.replay(this.answers, { ...run, runId: frame.run_id }, from);
  }

  /** A run of this connection's session; one of another session looks like none. */
  private async locate(connection: RawConnection, runId: string): ReturnType<AnswersService['locate']> {
    const run = await this.answers.locate(connection.principal, runId);
    if (run.sessionId !== connection.sessionId) throw runNotFound();
    return run;
  }
}

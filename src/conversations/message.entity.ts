import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AnswerPart, Message, MessageType } from './message.contract.js';

/** `pending` answers are not written yet; `dropped` ones never were; `erased` rows only keep their client id. */
export type MessageState = 'pending' | 'complete' | 'partial' | 'failed' | 'dropped' | 'erased';

@Entity('chat_messages')
export class StoredMessage {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') tenantId!: string;
  @Column('text') userId!: string;
  @Column('text') sessionId!: string;
  @Column('int') position!: number;
  @Column('uuid', { nullable: true }) parentId!: string | null;
  @Column('uuid', { nullable: true }) inReplyTo!: string | null;
  @Column('text') type!: MessageType;
  @Column('text') state!: MessageState;
  @Column('boolean') isCurrent!: boolean;
  @Column('text') content!: string;
  @Column('jsonb') parts!: AnswerPart[];
  @Column('text', { nullable: true }) agentName!: string | null;
  @Column('real', { nullable: true }) confidence!: number | null;
  @Column('jsonb') suggestedActions!: string[];
  @Column('jsonb') metadata!: Record<string, unknown>;
  @Column('timestamptz') createdAt!: Date;
}

/** In: a stored message. Out: the form that clients get. */
export function toMessageView(message: StoredMessage): Message {
  return {
    id: message.id,
    type: message.type,
    content: message.content,
    parts: message.parts,
    timestamp: message.createdAt.toISOString(),
    user_id: message.userId,
    session_id: message.sessionId,
    position: message.position,
    parent_id: message.parentId,
    in_reply_to: message.inReplyTo,
    agent_name: message.agentName,
    confidence: message.confidence,
    suggested_actions: message.suggestedActions,
    metadata: message.metadata,
  };
}

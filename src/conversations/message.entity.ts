import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AnswerPart } from '../common/parts/answer-part.contract.js';
import type { MessageType } from './message.contract.js';

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

import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('chat_sessions')
export class Session {
  @PrimaryColumn('text') tenantId!: string;
  @PrimaryColumn('text') userId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text') role!: string;
  @Column('text', { nullable: true }) title!: string | null;
  @Column('jsonb') context!: Record<string, unknown>;
  @Column('jsonb', { nullable: true }) summary!: Record<string, unknown> | null;
  @Column('int') messageCount!: number;
  @Column('boolean') isPinned!: boolean;
  @Column('boolean') isArchived!: boolean;
  @Column('int') lastReadPosition!: number;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') lastActivity!: Date;
  @Column('timestamptz', { nullable: true }) deletedAt!: Date | null;
}

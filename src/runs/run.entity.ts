import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Principal } from '../auth/principal.js';
import type { RunState } from './runs.contract.js';

@Entity('chat_runs')
export class Run {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') tenantId!: string;
  @Column('text') userId!: string;
  @Column('text') sessionId!: string;
  @Column('uuid') questionId!: string;
  @Column('uuid') answerId!: string;
  @Column('int') position!: number;
  @Column('text') state!: RunState;
  @Column('jsonb') principal!: Principal;
  @Column('jsonb') request!: Record<string, unknown>;
  @Column('text', { nullable: true }) leaseOwner!: string | null;
  @Column('int') leaseEpoch!: number;
  @Column('timestamptz', { nullable: true }) leaseUntil!: Date | null;
  @Column('int') attempts!: number;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz', { nullable: true }) startedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) endedAt!: Date | null;
}

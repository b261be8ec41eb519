import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RunEventBody } from './runs.contract.js';

@Entity('chat_run_events')
export class LoggedRunEvent {
  @PrimaryColumn('uuid') runId!: string;
  @PrimaryColumn('int') epoch!: number;
  @PrimaryColumn('int') seq!: number;
  @Column('text') tenantId!: string;
  @Column('text') userId!: string;
  @Column('jsonb') event!: RunEventBody;
}

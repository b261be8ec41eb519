import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One ended run: what was asked, by whom, and what it took. Written in the transaction that ends the run. */
@Entity('usage_ledger')
export class UsageEntry {
  @PrimaryColumn('uuid') runId!: string;
  @Column('text') tenantId!: string;
  @Column('text') userId!: string;
  @Column('text') sessionId!: string;
  @Column('text') state!: string;
  @Column('text', { nullable: true }) agentName!: string | null;
  @Column('text', { nullable: true }) engine!: string | null;
  @Column('text', { nullable: true }) provider!: string | null;
  @Column('text', { nullable: true }) model!: string | null;
  @Column('int') inputTokens!: number;
  @Column('int') outputTokens!: number;
  @Column('bigint') costMicros!: string;
  @Column('int', { nullable: true }) firstTokenMs!: number | null;
  @Column('int', { nullable: true }) durationMs!: number | null;
  @Column('timestamptz') createdAt!: Date;
}
